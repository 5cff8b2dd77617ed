import { createServer, type Socket } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import { request } from "undici"
import { chainOf, transportFault } from "../../../adapters/_http/transport_fault.ts"

const withCode = (code: string, cause?: unknown) =>
  Object.assign(new Error("http://user:secret@host/", { cause }), { code })

async function lost(url: string): Promise<unknown> {
  return await request(url).then(
    () => null,
    (error: unknown) => error,
  )
}

async function portOf(onConnection: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => {}).resume()
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { port, close: () => new Promise((resolve) => server.close(resolve)) }
}

describe("transportFault()", () => {
  it("says what a real refusal, a real end and a real babbler are", async () => {
    const gone = await portOf(() => {})
    await gone.close()
    expect(transportFault(await lost(`http://127.0.0.1:${gone.port}`))?.kind).toBe("refused")

    const hangsUp = await portOf((socket) => socket.end())
    expect(transportFault(await lost(`http://127.0.0.1:${hangsUp.port}`))?.kind).toBe("reset")
    await hangsUp.close()

    const babbles = await portOf((socket) => socket.end("220 mail.example ESMTP\r\n"))
    expect(transportFault(await lost(`http://127.0.0.1:${babbles.port}`))).toEqual({
      kind: "bad_answer",
      reason: "it does not speak HTTP as it should",
    })
    await babbles.close()

    const plain = await portOf((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
    expect(transportFault(await lost(`https://127.0.0.1:${plain.port}`))?.kind).toBe("tls")
    await plain.close()
  })

  it("finds the code in causes and in the errors of several addresses", () => {
    const both = new AggregateError([withCode("UNKNOWN"), withCode("EHOSTUNREACH")])
    expect(transportFault(new Error("fetch failed", { cause: both }))?.reason).toBe(
      "there is no route to the host",
    )
  })

  it("finds the system's code where a library has put its own in its place", () => {
    const mail = Object.assign(new Error("connect"), { code: "ESOCKET", errno: -111 })
    expect(process.platform === "linux" ? transportFault(mail)?.kind : "refused").toBe("refused")
  })

  it("knows kinds of codes that are not listed", () => {
    expect(transportFault(withCode("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"))?.kind).toBe("tls")
    expect(transportFault(withCode("HPE_INVALID_CONSTANT"))?.kind).toBe("bad_answer")
  })

  it("passes nothing of the error's own text on, and admits what it does not know", () => {
    expect(JSON.stringify(transportFault(withCode("ETIMEDOUT")))).not.toContain("secret")
    expect(transportFault(withCode("EWHATEVER"))).toBeNull()
    expect(transportFault("refused")).toBeNull()
  })

  it("ends with errors that are their own cause", () => {
    const first = new Error("a")
    const second = new Error("b", { cause: first })
    first.cause = second
    expect(chainOf(first)).toEqual([first, second])
    expect(transportFault(first)).toBeNull()
  })
})
