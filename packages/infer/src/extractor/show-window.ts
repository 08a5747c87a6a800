import type { MessageWindow, WindowMessage } from '@agentmem/core/adapter'

/** A time is told again after so long, in milliseconds. */
const toldAgainMs = 1_800_000
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** A window as JSON: the messages, and between them the time where it has moved on, so that few tokens go into times. */
export function showWindow({ context, messages, rejected }: MessageWindow): string {
  return JSON.stringify({
    context: showMessages(context),
    messages: showMessages(messages),
    ...(rejected && { rejected }),
  })
}

function showMessages(messages: readonly WindowMessage[]): object[] {
  let told: number | undefined
  return messages.flatMap(message => {
    const shown = { n: message.n, by: writerOf(message), text: message.text }
    if (told !== undefined && isNear(told, message.at)) return [shown]
    told = message.at
    return [{ at: timeOf(message.at) }, shown]
  })
}

/** On one day, and not long after. */
function isNear(told: number, at: number): boolean {
  return at >= told && at - told < toldAgainMs && dayOf(at) === dayOf(told)
}

/** The role first: a name can be any word, such as that of a role. */
function writerOf({ role, actorId }: WindowMessage): string {
  return [role ?? (actorId === null ? 'user' : undefined), actorId]
    .filter(part => part !== undefined && part !== null)
    .join(' ')
}

/** Such as 'Tue 2026-03-10 09:05', in UTC. */
function timeOf(at: number): string {
  const date = new Date(at)
  return `${weekdays[date.getUTCDay()]} ${dayOf(at)} ${date.toISOString().slice(-13, -8)}`
}

/** The day of a time, in UTC, such as '2026-03-10'. */
export function dayOf(at: number): string {
  const text = new Date(at).toISOString()
  return text.slice(0, text.indexOf('T'))
}
