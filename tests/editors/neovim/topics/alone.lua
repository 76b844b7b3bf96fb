-- Our server alone.
local T = ...

vim.lsp.enable('linkname_ls')

T.test('a Go file gets the server, at the folder of go.mod', function()
  T.edit('app/clock/clock.go')
  T.ready()
  T.eq(T.root .. '/app', T.client().root_dir)
end)

T.test('assembly of a Go module gets the server', function()
  T.edit('app/clock/add_amd64.s')
  T.ready()
  T.eq(T.root .. '/app', T.client().root_dir)
end)

T.test('go.mod gets the server', function()
  T.edit('app/go.mod')
  T.ready()
end)

T.test('assembly outside of a Go module is left alone', function()
  T.edit('loose/start.s')
  T.eq('asm', vim.bo.filetype)
  local started = false
  vim.lsp.config.linkname_ls.root_dir(vim.api.nvim_get_current_buf(), function()
    started = true
  end)
  T.eq(false, started)
end)

T.test('a module of a go.work gets the server, at the folder of go.work', function()
  T.edit('space/one/one.go')
  T.ready()
  T.eq(T.root .. '/space', T.client().root_dir)
end)

T.test('definition of a target jumps to another package', function()
  T.edit('app/clock/clock.go', 'engine.t|icks')
  T.ready()
  T.definition_leads_to('app/engine/engine.go:4: ticks() int64 { return 1 }')
end)

T.test('definition of a use jumps to the body in the Go tree, whose file joins the client', function()
  T.edit('app/clock/clock.go', 'proc|Pin()))')
  T.ready()
  local client = T.client()
  vim.lsp.buf.definition()
  T.wait('the jump', function()
    return T.here():match('^runtime/proc.go:%d+: procPin%(%) int {$')
  end)
  T.eq(client.id, T.wait('the server', T.client).id)
end)

T.test('definition in assembly jumps to Go', function()
  T.edit('app/clock/add_amd64.s', '·a|dd(SB)')
  T.ready()
  T.definition_leads_to('app/clock/clock.go:20: add(a, b int64) int64')
end)

T.test('a file of the module cache joins the client that led there', function()
  T.edit('app/clock/clock.go')
  T.ready()
  local client = T.client()
  T.edit('cache/example.com/dep@v1.2.3/dep.go')
  T.eq(client.id, T.wait('the server', T.client).id)
end)

T.test('hover says which way a link goes', function()
  T.edit('app/clock/clock.go', 'func t|icks')
  T.ready()
  vim.lsp.buf.hover()
  local text = T.wait('the hover', T.float)
  assert(text:find('pulls', 1, true) and text:find('ticks counts.', 1, true), text)
end)

T.test('findings appear and vanish while one types', function()
  T.edit('app/clock/clock.go', '|//go:linkname ticks')
  T.ready()
  T.eq({}, T.findings())
  local row = vim.api.nvim_win_get_cursor(0)[1]
  vim.api.nvim_buf_set_lines(0, row - 1, row, false, { '//go:linkname ticks example.com/app/engine.tocks' })
  T.wait('the finding', function()
    return vim.deep_equal(T.findings(), { row .. ': undefined-target' })
  end)
  vim.api.nvim_buf_set_lines(0, row - 1, row, false, { '//go:linkname ticks example.com/app/engine.ticks' })
  T.wait('its end', function()
    return #T.findings() == 0
  end)
end)

T.test('a code action changes the buffer', function()
  T.edit('app/wrong/wrong.go', '//go:|linkname')
  T.ready()
  T.wait('the finding', function()
    return vim.deep_equal(T.findings(), { '3: missing-unsafe-import', '4: missing-function-body' })
      or vim.deep_equal(T.findings(), { '3: missing-unsafe-import' })
  end)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find('unsafe', 1, true) ~= nil
    end,
  })
  T.wait('the import', function()
    return vim.tbl_contains(vim.api.nvim_buf_get_lines(0, 0, -1, false), 'import _ "unsafe"')
  end)
end)

T.test('references come in the quickfix list', function()
  T.edit('app/engine/engine.go', 'func t|icks')
  T.ready()
  T.references_of_ticks()
end)

T.test('unsaved text wins', function()
  T.edit('app/engine/engine.go')
  T.ready()
  vim.api.nvim_buf_set_lines(0, 1, 1, false, { '', '// Three lines', '// more.' })
  T.edit('app/clock/clock.go', 'engine.t|icks')
  T.ready()
  vim.lsp.buf.definition()
  T.wait('the jump', function()
    return T.here() == 'app/engine/engine.go:7: ticks() int64 { return 1 }'
  end)
end)

T.test('a code lens puts what it counts into the quickfix list', function()
  T.edit('app/engine/engine.go', 'func t|icks')
  T.ready()
  vim.lsp.codelens.refresh({ bufnr = 0 })
  T.wait('the lens', function()
    return #vim.lsp.codelens.get(0) > 0
  end)
  vim.ui.select = function(items, _, done)
    done(items[1], 1)
  end
  vim.lsp.codelens.run()
  T.eq({ 'app/clock/clock.go:6', 'app/wrong/wrong.go:4' }, T.wait('the list', T.quickfix))
end)

T.test('LspLinknameDefinition jumps to the end of today and lists those of other platforms', function()
  T.edit('app/clock/clock.go', 'func na|notime')
  T.ready()
  vim.cmd.LspLinknameDefinition()
  T.wait('the jump', function()
    return T.here():match('^runtime/time_nofake.go:%d+: nanotime%(%) int64 {$')
  end)
  T.eq(nil, T.quickfix())
  vim.cmd.cnext()
  assert(T.here():match('^runtime/time_fake.go:%d+: nanotime%(%) int64 {$'), T.here())
end)

T.test('LspLinknameStatus shows which Go there is', function()
  T.edit('app/clock/clock.go')
  T.ready()
  vim.cmd.LspLinknameStatus()
  local text = T.wait('the window', function()
    return vim.bo.buftype == 'nofile' and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  end)
  assert(text:find('example.com/app', 1, true) and text:find('Go       go1.', 1, true), text)
end)

T.test('LspLinknameGraph opens a page', function()
  T.edit('app/clock/clock.go')
  T.ready()
  local open, page = vim.ui.open, nil
  vim.ui.open = function(path)
    page = path
    return {}
  end
  vim.cmd.LspLinknameGraph('./clock')
  T.wait('the page', function()
    return page
  end)
  vim.ui.open = open
  local text = table.concat(vim.fn.readfile(page), '\n')
  assert(text:find('<html', 1, true) and text:find('engine.ticks', 1, true), text)
end)

T.test('LspLinknameGraph! shows the graph as text', function()
  T.edit('app/clock/clock.go')
  T.ready()
  vim.cmd('LspLinknameGraph! ./clock')
  T.wait('the window', function()
    return vim.bo.filetype == 'mermaid'
  end)
end)

T.test('LspLinknameExplain shows the page of the finding under the cursor', function()
  T.edit('app/wrong/wrong.go', '//go:|linkname')
  T.ready()
  T.wait('the finding', function()
    return #T.findings() > 0
  end)
  vim.cmd.LspLinknameExplain()
  T.wait('the page', function()
    return vim.bo.filetype == 'markdown'
  end)
  assert(vim.fn.getline(1):find('missing-unsafe-import', 1, true), vim.fn.getline(1))
end)

T.test('LspLinknameExplain completes the names of rules', function()
  T.edit('app/clock/clock.go')
  T.ready()
  T.eq({ 'missing-unsafe-import' }, vim.fn.getcompletion('LspLinknameExplain missing-u', 'cmdline'))
end)

T.test('checkhealth says what is there', function()
  T.edit('app/clock/clock.go')
  T.ready()
  vim.cmd('checkhealth linkname_ls')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  for _, want in ipairs({ 'It is enabled', 'linkname-ls 0.', 'go version go1.', 'Buffers: app/clock/clock.go' }) do
    assert(text:find(want, 1, true), want .. ' is missing in ' .. text)
  end
  assert(not text:find('ERROR', 1, true) and not text:find('WARNING', 1, true), text)
end)

T.test('checkhealth says that the program is missing, and what to do', function()
  vim.lsp.config('linkname_ls', { cmd = { 'no-such-program' } })
  vim.cmd('checkhealth linkname_ls')
  vim.lsp.config('linkname_ls', { cmd = { 'linkname-ls' } })
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  assert(text:find('ERROR no-such-program is not executable', 1, true) and text:find('Put it on PATH', 1, true), text)
end)

T.test('the help has its tags', function()
  vim.cmd.helptags(vim.env.RUNTIME .. '/doc')
  vim.cmd.help('linkname-ls')
  assert(vim.endswith(vim.api.nvim_buf_get_name(0), 'doc/linkname-ls.txt'))
  vim.cmd.help(':LspLinknameGraph')
  assert(vim.endswith(vim.api.nvim_buf_get_name(0), 'doc/linkname-ls.txt'))
end)
