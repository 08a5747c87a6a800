import type { VNode } from 'preact'
import type { MemoryStats } from '@agentmem/core'
import { loadHealth, pending, stats } from '../state/health.ts'
import { Failure } from './failure.tsx'
import { InferCard } from './infer-card.tsx'
import { Card } from './card.tsx'
import { PendingCard } from './pending-card.tsx'
import { troublesOf } from './troubles.ts'
import { VerifyCard } from './verify-card.tsx'
import { bytes, count, counted } from './words.ts'

/** How the memory is. */
export function HealthView(): VNode {
  const { value, error, busy } = stats.state.value
  return (
    <main class="health" aria-busy={busy}>
      <div class="health-head">
        <h2>Health</h2>
        <button type="button" onClick={() => void loadHealth()} disabled={busy}>
          Refresh
        </button>
      </div>
      {error && <Failure error={error} again={() => void loadHealth()} />}
      {value && <Troubles stats={value} />}
      {value && (
        <div class="cards">
          <Parts stats={value} />
          <InferCard infer={value.infer} />
          <VerifyCard hasIndex={value.index.name !== 'none'} />
        </div>
      )}
      <div class="cards wide">
        <PendingCard state="waiting" />
        <PendingCard state="parked" />
      </div>
    </main>
  )
}

function Troubles({ stats }: { readonly stats: MemoryStats }): VNode {
  const troubles = troublesOf(stats, pending.parked.value?.results.length ?? 0)
  if (troubles.length === 0) return <p class="well">Nothing to look at.</p>
  return (
    <div class="failure" role="alert">
      <ul>
        {troubles.map(trouble => (
          <li key={trouble}>{trouble}</li>
        ))}
      </ul>
    </div>
  )
}

function Parts({
  stats: { store, index, embedder, follower, texts },
}: {
  readonly stats: MemoryStats
}): VNode {
  const hasIndex = index.name !== 'none'
  const behind = follower.tail === 0 ? 'nothing' : counted(follower.tail, 'change')
  return (
    <>
      <Card
        title="Store"
        facts={[
          ['what', store.name],
          ['memories, of all organizations', count(store.memories)],
          ['changes so far', count(store.head)],
          ['on disk', store.bytesOnDisk === undefined ? undefined : bytes(store.bytesOnDisk)],
          ['statements since it was opened', count(store.statements)],
        ]}
      />
      {hasIndex ? (
        <Card
          title="Index"
          facts={[
            ['what', index.name],
            ['vectors', count(index.vectors)],
            ['behind the store', behind],
            ['last error', follower.lastError ?? 'none'],
            ['on disk', index.bytesOnDisk === undefined ? undefined : bytes(index.bytesOnDisk)],
          ]}
        />
      ) : (
        <Card title="Index" note="None: memories are searched by words alone." facts={[]} />
      )}
      {hasIndex && (
        <Card
          title="Embedder"
          facts={[
            ['model', embedder.model],
            ['dimensions', count(embedder.dimensions)],
            ['texts in its cache', embedder.entries === undefined ? undefined : count(embedder.entries)],
          ]}
        />
      )}
      <Card
        title="Words"
        note="What is held in memory to search by words."
        facts={[
          ['scopes', count(texts.scopes)],
          ['texts', count(texts.texts)],
          ['size', bytes(texts.bytes)],
        ]}
      />
    </>
  )
}
