import { layer } from "../../../adapters/memory/media_catalog.ts"
import { mediaCatalogContract } from "../../contracts/media_catalog.ts"
import { radarr, sonarr } from "../../support/arr_world.ts"

mediaCatalogContract("memory", () => layer([sonarr(), radarr()]))
