/** A path as it is without the prefix of the reverse proxy. */
export function withoutBase(path: string, basePath: string): string {
  if (basePath === "" || !path.startsWith(basePath)) return path
  const rest = path.slice(basePath.length)
  return rest === "" ? "/" : rest.startsWith("/") ? rest : path
}
