import { layer } from "../../../adapters/memory/bazarr_database.ts"
import { bazarrDatabaseContract } from "../../contracts/bazarr_database.ts"
import { PROFILES } from "../../support/bazarr_files.ts"

bazarrDatabaseContract("memory", layer(new Map([["/db/bazarr.db", PROFILES]])), "/db/bazarr.db", PROFILES)
