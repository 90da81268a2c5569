import { describe, expect, test } from 'bun:test';
import type { ContainerIdentity } from '../model/identity.ts';
import { printableText } from '../model/text.ts';
import { containerOf, containerOfPaths } from './container-id.ts';

const id = '0123456789abcdef'.repeat(4);
const uid = '1f2e3d4c-0000-4000-8000-00000000abcd';
const of = (path: string): ContainerIdentity | undefined => containerOf(printableText(path));

describe('container of a control group path', () => {
  test('docker with both drivers, and inside a build and a task', () => {
    for (const path of [
      `/docker/${id}`,
      `/system.slice/docker-${id}.scope`,
      `/docker/buildkit/${id}`,
      `/ecs/9f/${id}`,
      `/../docker/${id}/system.slice/cron.service`,
    ]) {
      expect(of(path)).toEqual({ runtime: 'docker', id });
    }
  });

  test('kubernetes with the systemd driver names runtime and pod', () => {
    const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice`;
    expect(of(`${slice}/cri-containerd-${id}.scope`)).toEqual({ runtime: 'containerd', id, pod: uid });
    expect(of(`${slice}/crio-${id}.scope`)).toEqual({ runtime: 'crio', id, pod: uid });
    expect(of(`${slice}/docker-${id}.scope`)).toEqual({ runtime: 'docker', id, pod: uid });
  });

  test('kubernetes with the cgroupfs driver names the pod but not the runtime', () => {
    expect(of(`/kubepods/besteffort/pod${uid}/${id}`)).toEqual({ runtime: 'kubernetes', id, pod: uid });
    expect(of(`/kubepods/pod${uid}/${id}`)).toEqual({ runtime: 'kubernetes', id, pod: uid });
  });

  test('podman, containerd, lxc and nspawn', () => {
    expect(of(`/machine.slice/libpod-${id}.scope/container`)).toEqual({ runtime: 'podman', id });
    expect(of(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`)).toEqual({
      runtime: 'podman',
      id,
    });
    expect(of(`/default/${id}`)).toEqual({ runtime: 'containerd', id });
    expect(of('/lxc.payload.web-1/init.scope')).toEqual({ runtime: 'lxc', id: 'web-1' });
    expect(of('/lxc/web-1')).toEqual({ runtime: 'lxc', id: 'web-1' });
    expect(of('/machine.slice/machine-build\\x2dbox.scope')).toEqual({ runtime: 'nspawn', id: 'build-box' });
    expect(of('/machine.slice/systemd-nspawn@lab.service/payload')).toEqual({ runtime: 'nspawn', id: 'lab' });
  });

  test('the innermost container counts', () => {
    const inner = 'f'.repeat(64);
    expect(of(`/docker/${id}/docker/${inner}`)?.id).toBe(inner);
  });

  test('host services, monitors, virtual machines and short or odd ids are no container', () => {
    for (const path of [
      '/',
      '/system.slice/docker.service',
      `/system.slice/crio-conmon-${id}.scope`,
      `/machine.slice/libpod-conmon-${id}.scope`,
      '/lxc.monitor.web-1',
      '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope',
      '/docker/0123456789ab',
      `/system.slice/docker-${id.toUpperCase()}.scope`,
      '/lxc/\x1b[2J',
      `/${'a/'.repeat(5000)}`,
    ]) {
      expect(of(path)).toBeUndefined();
    }
  });

  test('any of several hierarchies may name it', () => {
    expect(containerOfPaths([printableText('/'), printableText(`/docker/${id}`)])?.id).toBe(id);
    expect(containerOfPaths([])).toBeUndefined();
  });
});
