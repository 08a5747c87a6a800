/**
 * The index that the stores are compared with, and that scenarios with few combinations run on. Results that were saved
 * before there was usearch have hnsw there.
 */
export function baseIndexOf(measured: readonly string[]): string | undefined {
  return ['usearch', 'hnsw'].find(name => measured.includes(name)) ?? measured[0]
}
