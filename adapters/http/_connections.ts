import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { countAnswer } from "./answers_counted.ts"

/**
 * Keeps at most `max` connections open without making anybody wait: a new one beyond that takes the place of the one
 * that has been idle for longest, else of the one that has been sending its request for longest. Only when every
 * connection is being answered is the new one closed. Connections that do nothing, however many, so keep nobody out.
 * Every answer is counted on the way, for `/metrics`.
 */
export function limitConnections(server: Server, max: number): void {
  // Both in the order in which it began.
  const idle = new Set<Socket>()
  const busy = new Map<Socket, IncomingMessage>()

  const leastNeeded = (): Socket | undefined => {
    for (const socket of idle) return socket
    for (const [socket, request] of busy) if (!request.complete) return socket
    return undefined
  }
  const forget = (socket: Socket) => {
    idle.delete(socket)
    busy.delete(socket)
  }

  server.on("connection", (socket: Socket) => {
    if (idle.size + busy.size >= max) {
      const least = leastNeeded()
      if (least === undefined) {
        socket.destroy()
        return
      }
      forget(least)
      least.destroy()
    }
    idle.add(socket)
    socket.once("close", () => forget(socket))
  })
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    idle.delete(socket)
    busy.set(socket, request)
    response.once("close", () => {
      countAnswer(response)
      busy.delete(socket)
      if (!socket.destroyed) idle.add(socket)
    })
  })
}
