import { globalServer } from './global-server.ts'
import { startMysql } from './start-mysql.ts'

export default globalServer(startMysql, 'AGENTMEM_MYSQL_URL')
