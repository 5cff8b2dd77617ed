import { layer } from "../../../adapters/crypto/entropy.ts"
import { entropyContract } from "../../contracts/entropy.ts"

entropyContract("crypto", () => layer)
