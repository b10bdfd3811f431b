/**
 * Scripts that tell an outcome once. Redis runs a script as one step and writes it to its log as one, so no crash comes
 * between the parts of it. But it takes nothing back when a command of a script fails (XADD where the key is no stream, or
 * without memory), so each adds first and remembers after. They name all their keys, which lie in different slots: no Redis
 * Cluster.
 */

/** More is cut: nobody can make a failure too large to be told. `unpack` takes some thousands of values at most. */
const MOST_FIELDS = 100;
const LONGEST_VALUE = 8192;

/** Adds to a stream the fields of an entry, where it is still there, and `extra`, which wins. */
const ADD_WITH_ORIGINAL = `
local function add(stream, id, target, maxlen, extra)
  local fields, taken = {}, {}
  for i = 1, #extra, 2 do taken[extra[i]] = true end
  local found = redis.call('XRANGE', stream, id, id)
  if found[1] then
    local original = found[1][2]
    for i = 1, math.min(#original, ${2 * MOST_FIELDS}), 2 do
      if not taken[original[i]] then
        fields[#fields + 1] = string.sub(original[i], 1, ${LONGEST_VALUE})
        fields[#fields + 1] = string.sub(original[i + 1], 1, ${LONGEST_VALUE})
      end
    end
  end
  for i = 1, #extra do fields[#fields + 1] = extra[i] end
  redis.call('XADD', target, 'MAXLEN', '~', maxlen, '*', unpack(fields))
end`;

/**
 * An entry that can never be taken: acknowledged, and added to the failed ones if it was not acknowledged before.
 * KEYS: stream, failed stream. ARGV: group, entry id, length to trim to, then names and values.
 * @returns 1, or 0 where somebody else has done it, or the whole stream is gone.
 */
export const REFUSE_ENTRY = `${ADD_WITH_ORIGINAL}
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)
if held.err then
  if string.find(held.err, 'NOGROUP', 1, true) then return 0 end
  return held
end
if #held == 0 then return 0 end
local extra = {}
for i = 4, #ARGV do extra[#extra + 1] = ARGV[i] end
add(KEYS[1], ARGV[2], KEYS[2], ARGV[3], extra)
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])`;

/**
 * What became of a task, with the fields of its entry.
 * KEYS: stream, target stream, mark. ARGV: entry id, length to trim to, seconds that the mark is kept, then names and values.
 * @returns 1, or 0 where it was told before.
 */
export const TELL_WITH_ORIGINAL = `${ADD_WITH_ORIGINAL}
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
local extra = {}
for i = 4, #ARGV do extra[#extra + 1] = ARGV[i] end
add(KEYS[1], ARGV[1], KEYS[2], ARGV[2], extra)
redis.call('SET', KEYS[3], '1', 'EX', ARGV[3])
return 1`;

/**
 * As above, without the entry's fields.
 * KEYS: target stream, mark. ARGV: length to trim to, seconds that the mark is kept, then names and values.
 */
export const TELL = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local fields = {}
for i = 3, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(fields))
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
return 1`;
