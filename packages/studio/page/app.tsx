import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { DeleteDialog } from './parts/delete-dialog.tsx'
import { Empty } from './parts/empty.tsx'
import { Header } from './parts/header.tsx'
import { HealthView } from './parts/health-view.tsx'
import { MemoriesView } from './parts/memories-view.tsx'
import { Notice } from './parts/notice.tsx'
import { keyPressed } from './state/keys.ts'
import { about, locked, view } from './state/session.ts'

/** The whole page. */
export function App(): VNode {
  useEffect(() => {
    document.addEventListener('keydown', keyPressed)
    return () => document.removeEventListener('keydown', keyPressed)
  }, [])
  if (locked.value !== undefined)
    return (
      <main class="locked">
        <h1>agentmem studio</h1>
        <Empty title="The door is closed" text={locked.value} />
      </main>
    )
  if (!about.value)
    return (
      <main class="locked" aria-busy="true">
        <h1>agentmem studio</h1>
        <p role="status">Loading…</p>
      </main>
    )
  return (
    <>
      <Header />
      {view.value === 'memories' ? <MemoriesView /> : <HealthView />}
      <DeleteDialog />
      <Notice />
    </>
  )
}
