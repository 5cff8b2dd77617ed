import { layer } from "../../../adapters/memory/secret_box.ts"
import { secretBoxContract } from "../../contracts/secret_box.ts"

secretBoxContract("memory", layer())
