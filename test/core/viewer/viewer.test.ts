import { assert, describe, it } from "@effect/vitest"
import { isTokensAccount } from "../../../core/viewer/viewer.ts"

const account = { username: "owner_user", user_id: "10000001", email: "owner@example.com" }
const nobody = { username: "", user_id: "", email: "" }

describe("isTokensAccount()", () => {
  it("knows the account by name, address or id, whatever the source calls it", () => {
    assert.strictEqual(isTokensAccount({ id: "1", name: "Owner_User" }, account, null), "yes")
    assert.strictEqual(isTokensAccount({ id: "", name: "owner@example.com" }, account, null), "yes")
    assert.strictEqual(isTokensAccount({ id: "10000001", name: "Ann" }, account, null), "yes")
  })

  it("takes a server's owner for the token's account only where the server lets it do what owners may", () => {
    const owner = { id: "1", name: "Ann" }
    assert.strictEqual(isTokensAccount(owner, nobody, true), "yes")
    assert.strictEqual(isTokensAccount(owner, nobody, false), "no")
    assert.strictEqual(isTokensAccount(owner, nobody, null), "unknown")
  })

  it("says no of somebody else, and nothing where it does not know who the account is", () => {
    assert.strictEqual(isTokensAccount({ id: "7", name: "Ben" }, account, null), "no")
    assert.strictEqual(isTokensAccount({ id: "7", name: "Ben" }, nobody, true), "no")
    assert.strictEqual(isTokensAccount({ id: "7", name: "Ben" }, nobody, false), "unknown")
    assert.strictEqual(isTokensAccount({ id: "", name: "" }, nobody, null), "unknown")
  })
})
