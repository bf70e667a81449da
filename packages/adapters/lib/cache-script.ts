import { HELD_FORM_IN_LUA } from '@flaghoist/core/storage/held-text';

/**
 * `compareAndSet` of core as a Redis script; the contract test holds them together, case by case.
 *
 * Keys: flags, held, manifest, sequence. Arguments: flag key, held text, envelope (empty for a tombstone), `repair` or nothing,
 * channel. Answers outcome and held text, re-read after the write. `held` is written first: a full server refuses the
 * first write of a script, and then nothing has happened.
 */
const cacheScript = `local FORM = '${HELD_FORM_IN_LUA}'
local flag, incoming, body, repair, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == 'repair', ARGV[5]
local epoch, revision, digest, _, tombstone = string.match(incoming, FORM)
if not epoch then return redis.error_reply('ERR flaghoist: not a held text') end

local ahead, heldDigest = 1, nil
local held = redis.call('HGET', KEYS[2], flag)
if held then
  local heldEpoch, heldRevision
  heldEpoch, heldRevision, heldDigest = string.match(held, FORM)
  if heldEpoch then
    ahead = tonumber(epoch) - tonumber(heldEpoch)
    if ahead == 0 then ahead = tonumber(revision) - tonumber(heldRevision) end
  end
end

local write, outcome = ahead > 0 or (ahead == 0 and repair), nil
if ahead < 0 then outcome = 'stale'
elseif ahead == 0 and not repair and heldDigest ~= digest then outcome = 'conflict'
elseif redis.call('EXISTS', KEYS[3]) == 0 then outcome = 'applied-incomplete'
elseif not write then outcome = 'current'
elseif repair then outcome = 'repaired'
else outcome = 'applied' end

if write then
  redis.call('HSET', KEYS[2], flag, incoming)
  if tombstone == '1' then redis.call('HDEL', KEYS[1], flag) else redis.call('HSET', KEYS[1], flag, body) end
  redis.call('PUBLISH', channel, redis.call('INCR', KEYS[4]) .. ' ' .. flag .. ' ' .. incoming)
end
return { outcome, redis.call('HGET', KEYS[2], flag) }
`;

/** Keys: manifest, sequence. Arguments: channel, then the manifest's fields and values in turn. */
export const manifestScript = `redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PUBLISH', ARGV[1], tostring(redis.call('INCR', KEYS[2])))
return redis.status_reply('OK')
`;

/**
 * The script as it is loaded, twice: a server whose memory is used up lets the second one write nevertheless. The first
 * has no such line, so that it still answers where nothing is to be written.
 */
export const cacheScripts = { ordinary: cacheScript, passesFull: `#!lua flags=allow-oom\n${cacheScript}` } as const;
