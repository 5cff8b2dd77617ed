/** The several shapes of "no" that Sonarr and Radarr have. */

import { type Answer, empty, json } from "../http/answer.ts"
import type { ArrInstance } from "../world/arr.ts"

export function badRequest(content: string): Answer {
  return json({ message: `BadRequest: ${content}`, content }, 400)
}

/** A row that is not there: an empty body in Sonarr, the framework's problem object in Radarr. */
export function rowMissing(instance: ArrInstance): Answer {
  if (instance.app === "Sonarr") return empty(404)
  return json(
    {
      type: "https://tools.ietf.org/html/rfc9110#section-15.5.5",
      title: "Not Found",
      status: 404,
      traceId: "00-0000000000000000-00",
    },
    404,
    { "Content-Type": "application/problem+json; charset=utf-8" },
  )
}

/** A list that names a parent which is not there. */
export function parentMissing(instance: ArrInstance, what: string, id: string): Answer {
  return json(
    {
      message: `${what} with ID ${id} does not exist`,
      description: `NzbDrone.Core.Datastore.ModelNotFoundException: ${what} with ID ${id} does not exist\n   at ${instance.app}.Example.Get(Int32 id)`,
    },
    404,
  )
}
