export { AgentmemSession } from './agentmem-session.ts'
export type { AgentmemSessionOptions } from './agentmem-session.ts'
