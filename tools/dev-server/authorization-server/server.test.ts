import { describe, expect, it, vi } from 'vitest';
import { isPortTaken } from '../listen.ts';
import { lanAddress } from '../public-host.ts';
import { startAuthorizationServer } from './server.ts';
import { send, startWithTv } from './testing/tv.ts';

describe('Starting', () => {
  it('a server that cannot start says which port is taken and which variable chooses another', async () => {
    const { server } = await startWithTv();
    const second = startAuthorizationServer({ host: '127.0.0.1', port: server.port });
    await expect(second).rejects.toThrow(
      `Port ${server.port} is already in use: stop the program that has it, or choose another with AUTH_PORT=${server.port + 1}.`,
    );
    await expect(second).rejects.toSatisfy(isPortTaken);
  });

  it('the server answers on both loopback families under the name localhost', async () => {
    const { server } = await startWithTv({ host: 'localhost' });
    expect(server.url).toBe(`http://localhost:${server.port}`);
    const path = '/.well-known/openid-configuration';
    expect((await send(`http://127.0.0.1:${server.port}${path}`)).status).toBe(200);
    expect((await send(`http://[::1]:${server.port}${path}`)).status).toBe(200);
  });

  it.runIf(lanAddress() !== undefined)(
    'a server on every interface calls itself by the address that a phone can reach',
    async () => {
      const { server, requestCode } = await startWithTv({ host: '0.0.0.0' });
      expect(server.url).toBe(`http://${lanAddress()}:${server.port}`);
      const { json } = await send(
        `http://127.0.0.1:${server.port}/.well-known/openid-configuration`,
      );
      expect(json).toMatchObject({ issuer: server.url, token_endpoint: `${server.url}/token` });
      expect((await requestCode()).verification_uri).toBe(`${server.url}/device`);
    },
  );

  it('the server starts without warnings about keys and storage', async () => {
    const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const informed = vi.spyOn(console, 'info').mockReturnValue(undefined);
    const { signIn, userinfo, refresh } = await startWithTv({ intervalSeconds: 0 });
    const { access, refresh: token } = await signIn();
    await userinfo(access);
    await refresh(token);
    expect(warned).not.toHaveBeenCalled();
    expect(informed).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('keeps nothing from one server to the next', async () => {
    const first = await startWithTv({ intervalSeconds: 0 });
    const second = await startWithTv({ intervalSeconds: 0 });
    const { refresh } = await first.signIn();
    expect((await second.refresh(refresh)).json).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('The machine’s address on the LAN', () => {
  const entry = (address: string, internal = false) => ({
    address,
    internal,
    family: 'IPv4' as const,
    netmask: '255.255.255.0',
    mac: '00:00:00:00:00:00',
    cidr: `${address}/24`,
  });

  it('the LAN address is the first that is neither loopback nor a bridge of containers', () => {
    const address = lanAddress({
      lo: [entry('127.0.0.1', true)],
      docker0: [entry('172.17.0.1')],
      eth0: [entry('192.168.1.20')],
    });
    expect(address).toBe('192.168.1.20');
  });

  it('the LAN address is unknown on a machine without a network', () => {
    expect(lanAddress({ lo: [entry('127.0.0.1', true)] })).toBeUndefined();
  });
});
