import { layer } from "../../../adapters/crypto/hasher.ts"
import { hasherContract } from "../../contracts/hasher.ts"

hasherContract("crypto", layer)
