/** Such as 2,760. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** Such as '1 memory' or '2,760 memories'. */
export function formatMemories(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'memory' : 'memories'}`
}

/** Such as '1 message' or '2,760 messages'. */
export function formatMessages(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'message' : 'messages'}`
}

/** Such as 31 ms, 0.4 s, 34 s, 2 min 5 s, 1 h 20 min. */
export function formatDuration(ms: number): string {
  if (ms < 99.5) return `${Math.round(ms)} ms`
  const seconds = ms / 1_000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
}

/** Such as 2,310/s. */
export function formatRate(count: number, ms: number): string {
  const rate = ms > 0 ? (count * 1_000) / ms : 0
  return `${rate > 0 && rate < 10 ? rate.toFixed(1) : formatCount(rate)}/s`
}

/** Such as 14.2 MB. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return step === 0 ? `${bytes} bytes` : `${(bytes / 1_000 ** step).toFixed(1)} ${units[step]}`
}
