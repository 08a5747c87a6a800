import { globalServer } from './global-server.ts'
import { startPostgres } from './start-postgres.ts'

export default globalServer(startPostgres, 'AGENTMEM_POSTGRES_URL')
