/** The settings of the worker. Sizes are in vectors. */
export interface HnswSettings {
  /** The folder of the snapshots; undefined: nothing is kept on disk. */
  readonly path: string | undefined
  readonly dimensions: number
  readonly m: number
  readonly efConstruction: number
  readonly efSearch: number
  readonly exactUpTo: number
}
