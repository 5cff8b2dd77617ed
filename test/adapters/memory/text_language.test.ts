import { layer } from "../../../adapters/memory/text_language.ts"
import { textLanguageContract } from "../../contracts/text_language.ts"

textLanguageContract("memory", layer)
