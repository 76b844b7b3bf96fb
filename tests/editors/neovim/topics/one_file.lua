-- Only lsp/linkname_ls.lua is on 'runtimepath'.
local T = ...

vim.lsp.enable('linkname_ls')

T.test('one copied file is enough for a jump', function()
  T.edit('app/clock/clock.go', 'engine.t|icks')
  T.ready()
  T.definition_leads_to('app/engine/engine.go:4: ticks() int64 { return 1 }')
end)

T.test('one copied file is enough for the commands', function()
  T.edit('app/clock/clock.go')
  T.ready()
  T.eq({
    'LspLinknameDefinition',
    'LspLinknameExplain',
    'LspLinknameGraph',
    'LspLinknameRename',
    'LspLinknameRestart',
    'LspLinknameStatus',
  }, vim.fn.getcompletion('LspLinkname', 'command'))
  vim.cmd.LspLinknameStatus()
  T.wait('the window', function()
    return vim.bo.buftype == 'nofile' and vim.fn.getline(1):find('linkname-ls', 1, true)
  end)
end)
