/** Connections of Sonarr and Radarr: where they post what happens. */

import { empty, json } from "../http/answer.ts"
import type { Routes } from "../http/router.ts"
import type { Call } from "../http/service.ts"
import type { ArrInstance, NotificationRow } from "../world/arr.ts"
import { badRequest, rowMissing } from "./errors.ts"

interface Sent {
  readonly url: string
  readonly body: Record<string, unknown>
}

function sentIn(call: Call): Sent | undefined {
  try {
    const body = JSON.parse(call.body.toString("utf8")) as Record<string, unknown>
    const fields = (body.fields ?? []) as Array<{ name: string; value?: unknown }>
    return { url: String(fields.find(({ name }) => name === "url")?.value ?? ""), body }
  } catch {
    return undefined
  }
}

/** Failed validation is an array, unlike every other error. */
function invalidUrl(url: string) {
  return json(
    [
      {
        propertyName: "Url",
        errorMessage: "Invalid Url",
        attemptedValue: url,
        severity: "error",
        errorCode: "UrlValidator",
        formattedMessageArguments: [],
        formattedMessagePlaceholderValues: { propertyName: "Url", propertyValue: url },
      },
    ],
    400,
  )
}

const show = (row: NotificationRow) => ({ ...row.fields, id: row.id, name: row.name })

export function notificationRoutes(instance: ArrInstance): Routes {
  const rows = instance.notifications
  return {
    "GET /notification": () => json(rows.map(show)),
    "GET /notification/:id": (_call, { id }) => {
      const row = rows.find((candidate) => String(candidate.id) === id)
      return row === undefined ? rowMissing(instance) : json(show(row))
    },
    "POST /notification": (call) => {
      const sent = sentIn(call)
      if (sent === undefined) return badRequest("invalid JSON")
      if (!URL.canParse(sent.url)) return invalidUrl(sent.url)
      const row = {
        id: 1 + Math.max(0, ...rows.map(({ id }) => id)),
        name: String(sent.body.name ?? "Webhook"),
        url: sent.url,
        fields: sent.body,
      }
      rows.push(row)
      return json(show(row), 201)
    },
    "PUT /notification/:id": (call, { id }) => {
      const row = rows.find((candidate) => String(candidate.id) === id)
      const sent = sentIn(call)
      if (row === undefined) return rowMissing(instance)
      if (sent === undefined || !URL.canParse(sent.url)) return invalidUrl(sent?.url ?? "")
      Object.assign(row, { name: String(sent.body.name ?? row.name), url: sent.url, fields: sent.body })
      return json(show(row), 202)
    },
    "DELETE /notification/:id": (_call, { id }) => {
      const at = rows.findIndex((candidate) => String(candidate.id) === id)
      if (at === -1) return rowMissing(instance)
      rows.splice(at, 1)
      return empty(200)
    },
  }
}
