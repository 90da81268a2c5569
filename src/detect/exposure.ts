/**
 * Services that the network can reach, and how often miners come in through their kind.
 *
 * What: listening sockets on other than loopback addresses, matched by port and process name to services that
 * miners enter through: data stores, container and cluster interfaces, brokers, dashboards, remote login.
 * Why: these are the known ways in (linux-entry, families: Docker API, Redis, kubelet, YARN, RocketMQ, …).
 * What it is NOT: a fault. A healthy server listens; a firewall or password is not seen from here. So findings
 * are a note or low, and the list is for the person who judges the way in.
 * Ports: IANA registry and the products' documentation.
 */
import type { FactSet } from '../model/fact.ts';
import type { SocketFact } from '../model/facts/network.ts';
import type { Finding } from '../model/finding.ts';
import type { ResultExposure } from '../model/result.ts';
import { endpointText, reachOf } from './address.ts';
import { type Analyzer, finding } from './analyzer.ts';

export type Exposure = ResultExposure;

type Risk = Exposure['risk'];

interface Service {
  readonly service: string;
  readonly risk: Risk;
  /** Process names that are this service at any port. */
  readonly programs?: readonly string[];
}

const byPort: Readonly<Record<number, Service>> = {
  22: { service: 'SSH', risk: 'low', programs: ['sshd', 'dropbear'] },
  23: { service: 'Telnet', risk: 'high' },
  873: { service: 'rsync', risk: 'medium', programs: ['rsync'] },
  1433: { service: 'SQL Server', risk: 'medium', programs: ['sqlservr'] },
  2181: { service: 'ZooKeeper', risk: 'medium' },
  2375: { service: 'Docker API', risk: 'high' },
  2376: { service: 'Docker API (TLS)', risk: 'medium' },
  2379: { service: 'etcd', risk: 'high', programs: ['etcd'] },
  2380: { service: 'etcd (peers)', risk: 'medium' },
  3000: { service: 'dashboard', risk: 'low', programs: ['grafana', 'grafana-server'] },
  3306: { service: 'MySQL', risk: 'medium', programs: ['mysqld', 'mariadbd'] },
  3389: { service: 'Remote Desktop', risk: 'medium', programs: ['xrdp'] },
  4243: { service: 'Docker API', risk: 'high' },
  4444: { service: 'Selenium Grid', risk: 'high' },
  5432: { service: 'PostgreSQL', risk: 'medium', programs: ['postgres'] },
  5601: { service: 'Kibana', risk: 'medium' },
  5672: { service: 'RabbitMQ', risk: 'medium' },
  5900: { service: 'VNC', risk: 'medium', programs: ['Xvnc', 'x11vnc'] },
  5984: { service: 'CouchDB', risk: 'medium' },
  6066: { service: 'Spark REST', risk: 'high' },
  6379: { service: 'Redis', risk: 'high', programs: ['redis-server', 'valkey-server', 'keydb-server'] },
  6443: { service: 'Kubernetes API', risk: 'low', programs: ['kube-apiserver'] },
  7001: { service: 'WebLogic', risk: 'high' },
  7077: { service: 'Spark', risk: 'high' },
  8009: { service: 'Tomcat AJP', risk: 'high' },
  8080: { service: 'web application', risk: 'low' },
  8081: { service: 'Flink dashboard', risk: 'medium' },
  8088: { service: 'Hadoop YARN', risk: 'high' },
  8161: { service: 'ActiveMQ console', risk: 'high' },
  8265: { service: 'Ray dashboard', risk: 'high' },
  8500: { service: 'Consul', risk: 'medium', programs: ['consul'] },
  8848: { service: 'Nacos', risk: 'high' },
  8888: { service: 'Jupyter', risk: 'high', programs: ['jupyter-lab', 'jupyter-noteboo', 'jupyter'] },
  8983: { service: 'Solr', risk: 'high' },
  9000: { service: 'Portainer or PHP-FPM', risk: 'medium' },
  9001: { service: 'Portainer agent', risk: 'high' },
  9042: { service: 'Cassandra', risk: 'medium' },
  9092: { service: 'Kafka', risk: 'medium' },
  9200: { service: 'Elasticsearch', risk: 'high' },
  9876: { service: 'RocketMQ', risk: 'high' },
  9999: { service: 'XXL-JOB executor', risk: 'high' },
  10250: { service: 'kubelet', risk: 'medium', programs: ['kubelet'] },
  10255: { service: 'kubelet (read only)', risk: 'high' },
  10911: { service: 'RocketMQ broker', risk: 'high' },
  11211: { service: 'Memcached', risk: 'medium', programs: ['memcached'] },
  15672: { service: 'RabbitMQ console', risk: 'medium' },
  27017: { service: 'MongoDB', risk: 'high', programs: ['mongod'] },
  50070: { service: 'Hadoop HDFS', risk: 'high' },
  61616: { service: 'ActiveMQ', risk: 'high' },
};

const byProgram: ReadonlyMap<string, Service> = new Map(
  Object.values(byPort).flatMap((service) =>
    (service.programs ?? []).map((name) => [name, service] as const),
  ),
);

const remoteLogin = new Set(['SSH', 'Remote Desktop', 'VNC', 'Telnet']);
const listed = 500;

/** The name of the process wins over the port: sshd at 2222 is SSH. */
function serviceOf(socket: SocketFact, program: string): Service | undefined {
  return byProgram.get(program) ?? byPort[socket.local.port];
}

interface Exposed {
  readonly exposure: Exposure;
  readonly socket: SocketFact;
}

function exposed(facts: FactSet): readonly Exposed[] {
  const hostNamespace = facts.process(1)?.namespaces.net;
  const found = new Map<string, Exposed>();
  for (const socket of facts.of('socket')) {
    const { transport, state, local } = socket;
    if (!(transport === 'tcp' || transport === 'tcp6') || state !== 'listen' || found.size >= listed)
      continue;
    const reach = reachOf(local.address);
    if (reach === 'loopback' || local.port === 0) continue;
    const process = socket.owners.map((pid) => facts.process(pid)).find((owner) => owner !== undefined);
    const service = serviceOf(socket, process?.name ?? '');
    if (service === undefined) continue;
    const inside =
      process?.container !== undefined || (hostNamespace !== undefined && socket.namespace !== hostNamespace);
    const where = inside ? 'container' : reach === 'any' ? 'all-addresses' : 'one-address';
    const key = `${service.service} ${local.port} ${where} ${socket.namespace}`;
    if (found.has(key)) continue;
    found.set(key, {
      socket,
      exposure: {
        service: service.service,
        address: local.address,
        port: local.port,
        transport,
        ...(process === undefined ? {} : { pid: process.pid, process: process.name }),
        risk: service.risk,
        reach: where,
      },
    });
  }
  const order: readonly Risk[] = ['high', 'medium', 'low'];
  return [...found.values()].sort(
    (a, b) =>
      order.indexOf(a.exposure.risk) - order.indexOf(b.exposure.risk) || a.exposure.port - b.exposure.port,
  );
}

export function exposureOf(facts: FactSet): readonly Exposure[] {
  return exposed(facts).map(({ exposure }) => exposure);
}

function told({ exposure, socket }: Exposed, facts: FactSet): Finding {
  const { service, address, port, risk } = exposure;
  const process = exposure.pid === undefined ? undefined : facts.process(exposure.pid);
  const login = remoteLogin.has(service);
  return finding(
    login ? 'exposure.remote-login' : 'exposure.service',
    { service, address: endpointText(address, port), port },
    {
      severity: risk === 'high' ? 'low' : 'info',
      confidence: process === undefined ? 40 : 60,
      technique: login ? 'T1133' : 'T1190',
      bearing: 'context',
      witness: 'traffic',
      subject:
        process === undefined
          ? { kind: 'socket', inode: socket.inode }
          : { kind: 'process', pid: process.pid, startTicks: process.startTicks },
      evidence: [{ ...socket.source, text: socket.text }],
      benign: ['intended-service'],
    },
  );
}

export const exposure: Analyzer = {
  id: 'exposure',
  rules: ['exposure.service', 'exposure.remote-login'],
  analyze(facts) {
    return exposed(facts)
      .filter((one) => one.exposure.reach !== 'container')
      .map((one) => told(one, facts));
  },
};
