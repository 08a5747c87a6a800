import { openByManifest } from './open-by-manifest.ts'
import type { Place } from './place.ts'
import type { BackendManifest } from './read-manifests.ts'

/** A backend that can be measured. `More` is what its part is opened with beside a place. */
export interface BackendRow<Part = unknown, More extends readonly unknown[] = never[]> {
  /** The folder of its package; core's own have none. */
  readonly folder?: string
  /** The libraries under it, whose versions stand in the report. */
  readonly libraries?: readonly string[]
  /** The server that it runs on. */
  readonly server?: string
  readonly open: (place: Place, ...more: More) => Promise<Part>
  /** Opens it where its server is missing; a backend without this needs its server. */
  readonly openWithoutServer?: (place: Place, ...more: More) => Promise<Part>
}

/**
 * The backends of one part by name: those with a row first, in the order of the rows, then the other manifests.
 * What a row says wins over its manifest. `optionsOf` gives the options that a package is opened with beside
 * the address. Throws for a row without a manifest that does not say itself how it is opened.
 */
export function makeRows<Part, More extends readonly unknown[], Row extends BackendRow<Part, More>>(
  manifests: readonly BackendManifest[],
  rows: Readonly<Record<string, Partial<Row>>>,
  optionsOf: (row: Partial<Row>, ...more: More) => object | Promise<object>,
): Readonly<Record<string, Row>> {
  const names = new Set([...Object.keys(rows), ...manifests.map(({ scheme }) => scheme)])
  const rowOf = (name: string): Row => {
    const row: Partial<Row> = rows[name] ?? {}
    const manifest = manifests.find(({ scheme }) => scheme === name)
    if (!manifest) {
      if (row.open) return row as Row
      throw new Error(`No package has a manifest with the scheme '${name}'.`)
    }
    const { folder, libraries, server } = manifest
    const { openWithoutServer } = row
    const open: BackendRow<Part, More>['open'] = async (place, ...more) =>
      openWithoutServer && (server === undefined || place.urls[server] === undefined)
        ? openWithoutServer(place, ...more)
        : openByManifest<Part>(manifest, place, await optionsOf(row, ...more))
    return { folder, libraries, ...(server !== undefined && { server }), open, ...row } as Row
  }
  return Object.fromEntries([...names].map(name => [name, rowOf(name)]))
}
