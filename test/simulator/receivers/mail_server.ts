/** A small mail server: enough SMTP (RFC 5321) to take a message, without TLS and with one account. */

import type { AddressInfo } from "node:net"
import { createServer, type Socket } from "node:net"
import type { Scope } from "../http/scope.ts"

/** The one receiver that it does not know. */
export const UNKNOWN_RECEIVER = "nobody@example.com"

export interface Mail {
  readonly from: string
  readonly to: ReadonlyArray<string>
  /** Header lines, an empty line, and the body, as they came. */
  readonly message: string
}

const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? ""

function serve(socket: Socket, mails: Mail[]): void {
  let from = ""
  let to: string[] = []
  let body: string[] | null = null
  let rest = ""
  const say = (line: string) => socket.write(`${line}\r\n`)

  const take = (line: string) => {
    if (body !== null) {
      if (line !== ".") return void body.push(line.replace(/^\.\./, "."))
      mails.push({ from, to, message: body.join("\n") })
      body = null
      return say("250 2.0.0 Queued")
    }
    const verb = line.slice(0, 4).toUpperCase()
    switch (verb) {
      case "EHLO":
        return say("250-mail.example.com\r\n250 8BITMIME")
      case "HELO":
        return say("250 mail.example.com")
      case "MAIL":
        from = addressIn(line)
        to = []
        return say("250 2.1.0 Ok")
      case "RCPT":
        if (addressIn(line) === UNKNOWN_RECEIVER) return say("550 5.1.1 No such user here")
        to.push(addressIn(line))
        return say("250 2.1.5 Ok")
      case "DATA":
        body = []
        return say("354 End data with <CR><LF>.<CR><LF>")
      case "RSET":
      case "NOOP":
        return say("250 2.0.0 Ok")
      case "QUIT":
        say("221 2.0.0 Bye")
        return void socket.end()
      default:
        return say("502 5.5.2 Command not recognised")
    }
  }

  say("220 mail.example.com ESMTP example")
  socket.setEncoding("utf8")
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n")
    rest = lines.pop() ?? ""
    for (const line of lines) take(line)
  })
  socket.on("error", () => socket.destroy())
}

export async function startMailServer(
  scope: Scope,
): Promise<{ readonly address: string; readonly mails: ReadonlyArray<Mail> }> {
  const mails: Mail[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    serve(socket, mails)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  scope.onClose(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return { address: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, mails }
}
