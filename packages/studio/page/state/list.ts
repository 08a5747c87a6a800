import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import type { FoundMemory, SearchResult } from '@agentmem/core'
import type { ListedMemory, RecentChanges } from '../../src/answers.ts'
import { call } from './call.ts'
import { isScoped, mode, query, reading, shown } from './chosen.ts'
import { Loaded } from './loaded.ts'

/** A memory of the list; with a score where it was searched for. */
export type Row = ListedMemory &
  Partial<Pick<FoundMemory, 'score' | 'scores' | 'explanation'>> & {
    /** True for one that is hidden, and can be restored. */
    readonly hidden?: boolean
  }

/** What the list shows. */
export interface List {
  /** 'recent': last changed, of everybody. 'newest': of the scope. 'found': by a search in it. */
  readonly kind: 'recent' | 'newest' | 'found'
  readonly rows: readonly Row[]
  /** What there is behind the rows. */
  readonly more: { readonly after?: string | undefined; readonly offset?: number } | undefined
  /** Of the newest, how many there are in all. */
  readonly total?: number | undefined
  /** What could not be done whole, as the search says. */
  readonly partial?: string | undefined
}

const pageSize = 50

/** The memories that are shown. */
export const list: Loaded<List> = new Loaded<List>()
/** The row that the arrow keys have come to. */
export const active: Signal<number> = signal(0)

/** Reads the list anew, from its beginning. */
export async function loadList(): Promise<void> {
  active.value = 0
  if (!isScoped.value) return list.load(signal => recent(signal))
  if (query.value !== '' && shown.value !== 'deleted') return list.load(signal => found([], signal))
  return list.load(signal => newest([], undefined, signal))
}

/** Reads what is behind the rows that are there. */
export async function loadMore(): Promise<void> {
  const before = list.value
  if (before?.more === undefined) return
  const { rows, more, kind } = before
  await list.load(signal => (kind === 'found' ? found(rows, signal) : newest(rows, more.after, signal)))
}

/** Takes a memory out of the list. */
export function dropRow(id: string): void {
  const now = list.value
  if (!now) return
  const rows = now.rows.filter(row => row.id !== id)
  list.value = { ...now, rows, total: now.total === undefined ? undefined : now.total - 1 }
  active.value = Math.max(0, Math.min(active.value, rows.length - 1))
}

async function recent(signal: AbortSignal): Promise<List> {
  const { results, partial } = await call<RecentChanges>('recent', { limit: pageSize }, signal)
  return {
    kind: 'recent',
    rows: results,
    more: undefined,
    partial: partial ? 'There are more users, agents or runs than were looked at.' : undefined,
  }
}

async function newest(rows: readonly Row[], after: string | undefined, signal: AbortSignal): Promise<List> {
  const input = reading.value
  const [page, { count }] = await Promise.all([
    call<{ results: Row[]; next?: string }>('page', { ...input, limit: pageSize, after }, signal),
    call<{ count: number }>('count', input, signal),
  ])
  const more = page.next === undefined ? undefined : { after: page.next }
  const hidden = 'deleted' in input
  const read = page.results.map(row => ({ ...row, hidden }))
  return { kind: 'newest', rows: [...rows, ...read], more, total: count }
}

async function found(rows: readonly Row[], signal: AbortSignal): Promise<List> {
  const paging = { topK: pageSize, offset: rows.length }
  const way = mode.value === '' ? {} : { mode: mode.value }
  const input = { ...reading.value, ...way, ...paging, query: query.value }
  const { results, partial } = await call<SearchResult>('search', input, signal)
  const all = [...rows, ...(results as Row[])]
  return {
    kind: 'found',
    rows: all,
    more: results.length < pageSize ? undefined : { offset: all.length },
    partial: partial?.map(part => partials[part]).join(' '),
  }
}

const partials = {
  text: 'The scope has more texts than are held in memory: the newest were ranked.',
  rerank: 'The reranker failed or took too long: the order is that of the parts.',
}
