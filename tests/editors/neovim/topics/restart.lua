-- The end of a server, and a new start. There is one at a time.
local T = ...

vim.lsp.enable('linkname_ls')

--- The process of the newest server.
local function pid()
  local started = vim.fn.readfile(vim.env.STARTED)
  return tonumber(started[#started])
end

T.test('a server that is killed is told of, and starts again when asked', function()
  T.edit('app/clock/clock.go', 'engine.t|icks')
  T.ready()
  local old = pid()
  vim.uv.kill(old, 'sigkill')
  T.wait('the message', function()
    return vim.iter(T.said):any(function(message)
      return message:find('linkname_ls quit', 1, true)
    end)
  end)
  T.eq(nil, T.client())
  vim.cmd.LspLinknameRestart()
  T.wait('the server', T.client)
  assert(pid() ~= old)
  vim.lsp.buf.definition()
  T.wait('the jump', function()
    return T.here():match('^app/engine/engine.go:4:')
  end)
end)

T.test('a server that runs is another one after a restart', function()
  T.edit('app/clock/clock.go')
  T.ready()
  local old = pid()
  vim.cmd.LspLinknameRestart()
  T.wait('the end of the old one', function()
    return vim.uv.kill(old, 0) ~= 0
  end)
  T.wait('the new one', T.client)
  assert(pid() ~= old)
end)
