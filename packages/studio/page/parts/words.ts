/** 1,234 */
export function count(value: number): string {
  return value.toLocaleString('en')
}

/** A number with what it counts: '1 memory', '2 memories'. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** '2026-03-01 08:30', as everywhere in UTC. */
export function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

/** '106.5 kB' */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** power
  return `${power === 0 ? value : scaled.toFixed(1)} ${units[power] ?? 'B'}`
}

/** '3 minutes': the greatest unit alone. */
export function span(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1_000, 'second'],
  ]
  const [size, name] = units.find(([size]) => ms >= size) ?? [1_000, 'second']
  return counted(Math.floor(ms / size), name)
}
