import { QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { ApiError, call, setCsrf } from "./client.ts"
import type { Data } from "./types.ts"

/** How long, in milliseconds, an answer counts as fresh; live events make it old earlier. */
const FRESH_MS = 10_000
/** How often, in milliseconds, is asked again what the lost connection has left without an answer. */
const LOST_MS = 3_000

/** No answer, or one of something in between that had none itself. */
const isLost = (error: unknown) =>
  error instanceof ApiError && (error.status === 0 || (error.status >= 502 && error.code === ""))

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What was refused stays refused; only a lost connection is worth another try.
      retry: (failures, error) => failures < 2 && isLost(error),
      retryDelay: 1_000,
      refetchInterval: ({ state }) => (isLost(state.error) ? LOST_MS : false),
      // The server may be on this very machine, whatever the browser thinks of its network.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
})

/** The sign-in state of this browser. Everything else waits for it. */
export function useAccess() {
  return useQuery({
    queryKey: ["access"],
    queryFn: async ({ signal }) => {
      const { data } = await call("GET /api/access", { signal })
      setCsrf(data.csrf)
      return data
    },
    staleTime: 5 * 60_000,
  })
}

export type Access = Data<"GET /api/access">

/** A change, after which these answers are asked for again. */
export function useChange<In, Out>(
  change: (input: In) => Promise<Out>,
  affected: ReadonlyArray<string> = [],
) {
  const client = useQueryClient()
  return useMutation<Out, Error, In>({
    mutationFn: change,
    onSuccess: async () => {
      await Promise.all(affected.map((key) => client.invalidateQueries({ queryKey: [key] })))
    },
  })
}
