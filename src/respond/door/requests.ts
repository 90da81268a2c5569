/**
 * What a service is asked to learn whether it lets in whoever comes: one request that reads nothing of worth and
 * changes nothing, without a name and a password, and what its answers mean.
 *
 * Sources: RESP of redis.io; protocol.txt of memcached; Docker Engine API v1.47 (`/_ping`); kubelet server.go
 * (`/pods`); PostgreSQL protocol 3.0 (StartupMessage, AuthenticationOk); MongoDB wire protocol OP_MSG; the REST
 * pages of YARN, Spark, Flink, Ray, Jupyter, Nacos, NiFi, Airflow, Jenkins, Elasticsearch, Consul, CouchDB, Solr;
 * ExecutorBiz of xxl-job (`/beat`).
 */
import type { Answer } from '../../model/door.ts';

export interface ServiceRequest {
  /** As people read it. */
  readonly told: string;
  readonly tls: boolean;
  readonly bytes: (host: string) => Uint8Array;
  /** @param text the beginning of the answer, one character a byte */
  readonly meaning: (text: string) => Answer;
}

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const plain = (told: string, bytes: Uint8Array, open: RegExp, refused: RegExp): ServiceRequest => ({
  told,
  tls: false,
  bytes: () => bytes,
  meaning: (text) => (open.test(text) ? 'let-in' : refused.test(text) ? 'refused' : 'not-its-words'),
});

interface Page {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly tls?: boolean;
  /** Must stand in a 200 for it to be this service. */
  readonly words: RegExp;
  /** In a 200 that refuses nevertheless. */
  readonly refusal?: RegExp;
}

/** HTTP: 200 with the service's own words lets in; what asks who one is, or sends one to a login page, refuses. */
function page({ path, method = 'GET', tls = false, words, refusal }: Page): ServiceRequest {
  const body = method === 'POST' ? '{}' : '';
  return {
    told: `${method} ${path}`,
    tls,
    bytes: (host) =>
      latin1(
        [
          `${method} ${path} HTTP/1.1`,
          `Host: ${host}`,
          'Accept: */*',
          'Connection: close',
          ...(method === 'POST' ? ['Content-Type: application/json', `Content-Length: ${body.length}`] : []),
          '',
          body,
        ].join('\r\n'),
      ),
    meaning(text) {
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
      if (status === 200 && refusal?.test(text) === true) return 'refused';
      if (status === 200) return words.test(text) ? 'let-in' : 'not-its-words';
      return [301, 302, 303, 307, 401, 403].includes(status) ? 'refused' : 'not-its-words';
    },
  };
}

/** StartupMessage of protocol 3.0 for the superuser; the answer's first message is all that is waited for. */
function startup(): Uint8Array {
  const words = 'user\0postgres\0database\0postgres\0application_name\0demine\0\0';
  const bytes = Buffer.alloc(8 + words.length);
  bytes.writeInt32BE(bytes.length, 0);
  bytes.writeInt32BE(196_608, 4);
  bytes.write(words, 8, 'latin1');
  return new Uint8Array(bytes);
}

/** OP_MSG with `{ listDatabases: 1, nameOnly: true, $db: "admin" }`: `hello` is answered to anybody. */
function listDatabases(): Uint8Array {
  const number = (name: string): Buffer =>
    Buffer.concat([Buffer.from(`\x10${name}\0`, 'latin1'), Buffer.from([1, 0, 0, 0])]);
  const yes = Buffer.from('\x08nameOnly\0\x01', 'latin1');
  const database = Buffer.concat([
    Buffer.from('\x02$db\0', 'latin1'),
    Buffer.from([6, 0, 0, 0]),
    Buffer.from('admin\0'),
  ]);
  const fields = Buffer.concat([number('listDatabases'), yes, database, Buffer.from([0])]);
  const document = Buffer.concat([Buffer.alloc(4), fields]);
  document.writeInt32LE(document.length, 0);
  const message = Buffer.concat([Buffer.alloc(21), document]);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(2013, 12);
  return new Uint8Array(message);
}

/** By the name that the exposure gives a service. */
export const requests: Readonly<Record<string, ServiceRequest>> = {
  Redis: plain('PING', latin1('*1\r\n$4\r\nPING\r\n'), /^\+PONG/, /^-(?:NOAUTH|DENIED|WRONGPASS|ERR)/),
  Memcached: plain('version', latin1('version\r\n'), /^VERSION /, /^(?:ERROR|CLIENT_ERROR)/),
  // Docker's own pages are behind the same door as this one.
  'Docker API': page({ path: '/_ping', words: /\r\nOK|api-version/i }),
  kubelet: page({ path: '/pods', tls: true, words: /"kind":\s*"PodList"/ }),
  'kubelet (read only)': page({ path: '/pods', words: /"kind":\s*"PodList"/ }),
  PostgreSQL: plain('StartupMessage postgres', startup(), /^R\0\0\0\x08\0\0\0\0/, /^(?:R|E)/),
  MongoDB: plain(
    'listDatabases',
    listDatabases(),
    /databases\0/,
    /Unauthorized|requires authentication|ok\0/,
  ),
  'Hadoop YARN': page({ path: '/ws/v1/cluster/info', words: /clusterInfo/ }),
  'Spark REST': page({ path: '/v1/submissions/status/none', words: /SubmissionStatusResponse/ }),
  'Flink dashboard': page({ path: '/config', words: /flink-version/ }),
  'Ray dashboard': page({ path: '/api/version', words: /ray_version|"version"/ }),
  Jupyter: page({ path: '/api/sessions', words: /\r\n\r\n\s*\[/ }),
  Nacos: page({ path: '/nacos/v1/auth/users?pageNo=1&pageSize=1', words: /pageItems/ }),
  Elasticsearch: page({ path: '/', words: /"cluster_name"/ }),
  Consul: page({ path: '/v1/agent/self', words: /"Config"/ }),
  CouchDB: page({ path: '/_all_dbs', words: /\r\n\r\n\s*\[/ }),
  Solr: page({ path: '/solr/admin/info/system?wt=json', words: /"solr_home"|"lucene"/ }),
  'ActiveMQ console': page({ path: '/admin/', words: /ActiveMQ/ }),
  'XXL-JOB executor': page({ path: '/beat', method: 'POST', words: /"code"\s*:\s*200/, refusal: /token/ }),
};
