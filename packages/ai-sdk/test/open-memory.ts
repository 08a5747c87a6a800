import { MapStore, Memory } from '@agentmem/core'

/** A Memory of one test: in this process, searched by words. */
export function openMemory(): Promise<Memory> {
  return Memory.open({ store: new MapStore() })
}
