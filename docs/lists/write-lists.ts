// Writes what names every package of the workspace it is run in, from their manifests: `npm run lists`.
import { writeLists } from './listed-files.ts'

const written = writeLists(process.cwd())
console.log(written.length === 0 ? 'The lists are up to date.' : `Written: ${written.join(', ')}`)
