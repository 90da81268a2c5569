/** Cases of PAM, polkit and the message bus; nothing in them is ever run, all addresses are of the documentation ranges. */
import { inertProgram, type MechanismCase } from '../../../../test/persistence/case.ts';
import { fetches, foreign, hidden } from './script-dresses.fixture.ts';

const security = '/usr/lib/x86_64-linux-gnu/security';
const modules = {
  [`${security}/pam_unix.so`]: inertProgram(5001),
  [`${security}/pam_permit.so`]: inertProgram(5002),
  [`${security}/pam_deny.so`]: inertProgram(5003),
  [`${security}/pam_exec.so`]: inertProgram(5004),
  [`${security}/pam_motd.so`]: inertProgram(5005),
};
const commonAuth = `# /etc/pam.d/common-auth
auth	[success=1 default=ignore]	pam_unix.so nullok
auth	requisite			pam_deny.so
auth	required			pam_permit.so
`;
const sshd = '@include common-auth\naccount required pam_unix.so\nsession optional pam_motd.so noupdate\n';
const stacks = { '/etc/pam.d/common-auth': commonAuth, '/etc/pam.d/sshd': sshd, ...modules };
const conffiles = ['/etc/pam.d/common-auth', '/etc/pam.d/sshd'];

export const pamCases: readonly MechanismCase[] = [
  {
    mechanism: 'pam-stack',
    dress: 'fetch-and-run',
    what: 'a line of pam_exec that fetches at each login',
    packaged: stacks,
    conffiles,
    planted: { '/etc/pam.d/sshd': `${sshd}session optional pam_exec.so quiet /bin/sh -c [${fetches}]\n` },
  },
  {
    mechanism: 'pam-stack',
    dress: 'unowned-binary',
    what: 'a line of pam_exec for a foreign program of the system',
    packaged: stacks,
    conffiles,
    planted: {
      '/etc/pam.d/sshd': `${sshd}session optional pam_exec.so seteuid ${foreign}\n`,
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'pam-stack',
    dress: 'owned-edit',
    what: 'the stack of a package lets anybody in: pam_permit is enough',
    packaged: stacks,
    conffiles,
    planted: { '/etc/pam.d/common-auth': `auth sufficient pam_permit.so\n${commonAuth}` },
  },
  {
    mechanism: 'pam-stack',
    dress: 'owned-edit',
    what: 'a jump over the line that refuses',
    packaged: stacks,
    conffiles,
    planted: { '/etc/pam.d/common-auth': commonAuth.replace('default=ignore', 'default=1') },
  },
  {
    mechanism: 'pam-stack',
    dress: 'honest',
    what: 'a second factor of a package, a limit on who may log in, and the note of a login',
    packaged: { ...stacks, [`${security}/pam_google_authenticator.so`]: inertProgram(5006) },
    conffiles,
    planted: {
      '/etc/pam.d/sshd': `auth required pam_google_authenticator.so nullok\n${sshd}session optional pam_exec.so type=open_session /usr/local/bin/login-note\n`,
      '/usr/local/bin/login-note': {
        content: '#!/bin/sh\nlogger -t login-note "$PAM_USER from $PAM_RHOST"\n',
        mode: 0o755,
      },
    },
  },
  {
    mechanism: 'pam-stack',
    dress: 'honest',
    what: 'a greeter and an automatic login, which ask nobody',
    packaged: {
      ...stacks,
      '/etc/pam.d/lightdm-greeter': 'auth required pam_permit.so\naccount required pam_permit.so\n',
      '/etc/pam.d/lightdm-autologin': 'auth required pam_permit.so\n@include common-auth\n',
    },
    conffiles: [...conffiles, '/etc/pam.d/lightdm-greeter', '/etc/pam.d/lightdm-autologin'],
    planted: {},
  },
  {
    mechanism: 'pam-module',
    dress: 'fetch-and-run',
    what: 'a module of a temporary folder by its path (nothing can be fetched here)',
    packaged: stacks,
    conffiles,
    planted: {
      '/etc/pam.d/sshd': `auth sufficient /var/tmp/.p/pam_sys.so\n${sshd}`,
      '/var/tmp/.p/pam_sys.so': inertProgram(),
    },
  },
  {
    mechanism: 'pam-module',
    dress: 'unowned-binary',
    what: 'a foreign module with an innocent name among those of packages',
    packaged: stacks,
    conffiles,
    planted: {
      '/etc/pam.d/sshd': `auth optional pam_audit.so\n${sshd}`,
      [`${security}/pam_audit.so`]: inertProgram(),
    },
  },
  {
    mechanism: 'pam-module',
    dress: 'owned-edit',
    what: 'the module that checks passwords was replaced',
    packaged: stacks,
    conffiles,
    planted: { [`${security}/pam_unix.so`]: inertProgram(5101) },
  },
  {
    mechanism: 'pam-module',
    dress: 'honest',
    what: 'modules of packages, some in no stack',
    packaged: {
      ...stacks,
      [`${security}/pam_google_authenticator.so`]: inertProgram(5006),
      [`${security}/pam_yubico.so`]: inertProgram(5007),
    },
    conffiles,
    planted: {},
  },
];

const rule = (inner: string): string => `polkit.addRule(function(action, subject) {\n${inner}\n});\n`;
const manager = rule(
  '  if (action.id == "org.freedesktop.NetworkManager.settings.modify.system" && subject.local && subject.isInGroup("netdev")) {\n    return polkit.Result.YES;\n  }',
);
const vendorRule = '/usr/share/polkit-1/rules.d/org.freedesktop.NetworkManager.rules';

const polkitCases: readonly MechanismCase[] = [
  {
    mechanism: 'polkit-rule',
    dress: 'fetch-and-run',
    what: 'a rule that spawns a shell which fetches',
    planted: {
      '/etc/polkit-1/rules.d/10-net.rules': rule(`  polkit.spawn(["/bin/sh", "-c", "${fetches}"]);`),
    },
  },
  {
    mechanism: 'polkit-rule',
    dress: 'unowned-binary',
    what: 'a rule that spawns a foreign program of the system',
    planted: {
      '/etc/polkit-1/rules.d/10-net.rules': rule(`  polkit.spawn(["${foreign}"]);`),
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'polkit-rule',
    dress: 'owned-edit',
    what: 'the rule of a package lets anybody do anything',
    packaged: { [vendorRule]: manager },
    planted: { [vendorRule]: rule('  return polkit.Result.YES;') },
  },
  {
    mechanism: 'polkit-rule',
    dress: 'honest',
    what: 'rules of a package and of an owner, for groups and for one unit',
    packaged: { [vendorRule]: manager },
    planted: {
      '/etc/polkit-1/rules.d/50-deploy.rules': rule(
        '  // the deploy user may restart the site\n  if (action.id == "org.freedesktop.systemd1.manage-units" && action.lookup("unit") == "site.service" && subject.user == "ada") {\n    return polkit.Result.YES;\n  }',
      ),
      '/etc/polkit-1/rules.d/49-admin.rules':
        'polkit.addAdminRule(function(action, subject) {\n  return ["unix-group:sudo"];\n});\n',
    },
  },
];

const service = (name: string, exec: string): string =>
  `[D-BUS Service]\nName=${name}\nExec=${exec}\nUser=root\n`;
const services = '/usr/share/dbus-1/system-services';

const busCases: readonly MechanismCase[] = [
  {
    mechanism: 'dbus-service',
    dress: 'fetch-and-run',
    what: 'a service whose program is a shell that fetches',
    planted: {
      [`${services}/org.example.Net.service`]: service('org.example.Net', `/bin/sh -c "${fetches}"`),
    },
  },
  {
    mechanism: 'dbus-service',
    dress: 'unowned-binary',
    what: 'a service for a foreign program of the system',
    planted: {
      [`${services}/org.freedesktop.Netcache.service`]: service('org.freedesktop.Netcache', foreign),
      [foreign]: inertProgram(),
    },
  },
  {
    mechanism: 'dbus-service',
    dress: 'owned-edit',
    what: 'the service of a package starts a hidden program first',
    packaged: {
      [`${services}/org.freedesktop.Avahi.service`]: service(
        'org.freedesktop.Avahi',
        '/usr/sbin/avahi-daemon -s',
      ),
      '/usr/sbin/avahi-daemon': inertProgram(6001),
    },
    planted: {
      [`${services}/org.freedesktop.Avahi.service`]: service('org.freedesktop.Avahi', hidden),
      [hidden]: inertProgram(),
    },
  },
  {
    mechanism: 'dbus-service',
    dress: 'honest',
    what: 'services of packages, one of them started as a unit',
    packaged: {
      [`${services}/org.freedesktop.Avahi.service`]: `${service('org.freedesktop.Avahi', '/bin/false')}SystemdService=dbus-org.freedesktop.Avahi.service\n`,
      [`${services}/fi.w1.wpa_supplicant1.service`]: service(
        'fi.w1.wpa_supplicant1',
        '/usr/sbin/wpa_supplicant -u',
      ),
      '/usr/sbin/wpa_supplicant': inertProgram(6002),
      '/usr/bin/false': inertProgram(6003),
    },
    planted: {},
  },
];

export const loginHookCases: readonly MechanismCase[] = [...pamCases, ...polkitCases, ...busCases];
