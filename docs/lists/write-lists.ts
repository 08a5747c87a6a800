// Writes what names every package, from the manifests in their package.json: `npm run lists`.
import { join } from 'node:path'
import { writeLists } from './listed-files.ts'

const written = writeLists(join(import.meta.dirname, '../..'))
console.log(written.length === 0 ? 'The lists are up to date.' : `Written: ${written.join(', ')}`)
