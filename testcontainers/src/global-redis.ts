import { globalServer } from './global-server.ts'
import { startRedis } from './start-redis.ts'

export default globalServer(startRedis, 'AGENTMEM_REDIS_URL')
