import { assert, describe, it } from "@effect/vitest"
import {
  isAbsolutePath,
  isHeaderKey,
  isHost,
  isHostAnyhow,
  isHttpUrl,
  isInstanceName,
  isListenAddress,
  isNetwork,
  isOwnPath,
  isPathPair,
  isUrlBase,
} from "../../../core/settings/shape.ts"

function check(fits: (text: string) => boolean, good: ReadonlyArray<string>, bad: ReadonlyArray<string>) {
  for (const text of good) assert.isTrue(fits(text), `${text} fits`)
  for (const text of bad) assert.isFalse(fits(text), `${text} does not fit`)
}

describe("shape", () => {
  it("isHost() knows addresses and names, and nothing around them", () => {
    check(
      isHost,
      ["nas", "nas.lan", "sonarr_4k", "192.168.1.2", "::1", "[fd00::1]", "bücher.lan", "a.example."],
      [
        "",
        "nowhere!",
        "300.1.1.1",
        "1.2.3",
        "http://nas",
        "nas:80",
        "nas/",
        "user@nas",
        "a b",
        "-a",
        "[nas]",
        "a..b",
        "x".repeat(64),
      ],
    )
  })

  it("isListenAddress() also takes what Bazarr writes for every address, and a zone", () => {
    check(
      isListenAddress,
      ["", "*", "0.0.0.0", "::", "fe80::1%eth0", "localhost"],
      ["nowhere!", "**", "0.0.0.0:80"],
    )
  })

  it("isNetwork() knows addresses and networks", () => {
    check(
      isNetwork,
      ["10.0.0.1", "172.16.0.0/12", "fd00::/8", "::1"],
      ["300.1.1.1", "abc", "10.0.0.0/33", "10.0.0.0/", "fd00::/129", "10.0.0.0/8/8", "", "*"],
    )
  })

  it("isHttpUrl() and isHostAnyhow() refuse what no request could go to", () => {
    const bad = [
      "http://user@@bad host",
      "http://",
      "ftp://nas",
      "http://u:p@nas",
      "http://300.1.1.1",
      "http://n/?a=1",
    ]
    check(isHttpUrl, ["http://nas:8989/sonarr", "https://[::1]:8989"], [...bad, "nas:8989"])
    check(isHostAnyhow, ["nas:8989", "nas", "http://nas:8989/"], bad)
  })

  it("isOwnPath() and isUrlBase() take paths, with and without slashes around them", () => {
    check(
      isOwnPath,
      ["", "/", "/oncue", "oncue/", "/a/b-c"],
      ["/a b", "/:id", "/*", "//x", "/..", "/a?b", "/ä"],
    )
    check(isUrlBase, ["", "/", "/sonarr", "sonarr"], ["/a b", "?x", "http://nas"])
  })

  it("isInstanceName(), isPathPair() and isHeaderKey() refuse what would be of no use", () => {
    check(isInstanceName, ["OnCue", "Wohnzimmer ä"], ["", "  ", "a\nb", "x".repeat(101)])
    check(isAbsolutePath, ["/", "/tv", "C:\\TV", "D:/tv", "\\\\nas\\tv"], ["tv", "", "./tv", "\\tv"])
    assert.isTrue(isPathPair(["", ""]) && isPathPair(["/tv", "D:\\tv"]))
    assert.isFalse(isPathPair(["/tv", ""]) || isPathPair(["tv", "/data"]))
    check(isHeaderKey, ["", "0123abc", "a=b.c-d_e"], ["a b", "kéy", "a\n"])
  })
})
