/** What sweeps have brought, until the one program that keeps them counts it: two workers never write one number. */

const PREFIX = "swept/"

export interface SweptItem {
  readonly serverId: string
  readonly sectionId: string
  readonly ratingKey: string
}

/** Where it is noted that an item has got a subtitle; the same item twice is one. */
export const sweptKey = ({ ratingKey, sectionId, serverId }: SweptItem) =>
  `${PREFIX}${serverId}/${sectionId}/${ratingKey}`

/** What was noted of one library, or of all for null. */
export const sweptPrefix = (library: Omit<SweptItem, "ratingKey"> | null) =>
  library === null ? PREFIX : `${PREFIX}${library.serverId}/${library.sectionId}/`
