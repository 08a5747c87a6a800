/** Where one cell keeps its data. */
export interface Place {
  /** A folder of its own. */
  readonly folder: string
  /** The address of a database of its own on each server that the cell uses, by the name of the server. */
  readonly urls: Readonly<Record<string, string>>
}

/** The address of the database on a server; throws where the cell was given none. */
export function urlOf({ urls }: Place, server: string): string {
  const url = urls[server]
  if (url === undefined) throw new Error(`No ${server} server was started for this cell.`)
  return url
}
