-- Our server beside the real gopls, which Neovim asks the same.
local T = ...

vim.lsp.config('gopls', {
  cmd = { vim.env.GOPLS },
  filetypes = { 'go', 'gomod' },
  root_dir = function(_, on_dir)
    on_dir(T.root .. '/app') -- for files of the Go tree too, as nvim-lspconfig has it
  end,
})
vim.lsp.enable({ 'linkname_ls', 'gopls' })

--- Opens a file and waits until both servers answer there, and ours knows of gopls.
local function both(file, where)
  T.edit(file, where)
  T.ready(2)
  T.wait('our server to know of gopls', function()
    return vim.tbl_get(T.client().settings, 'linkname', 'gopls')
  end)
end

--- Where a jump ends that opens no list.
local function jump()
  local before = T.here()
  vim.lsp.buf.definition()
  T.wait('the jump', function()
    return T.here() ~= before or T.quickfix()
  end)
  T.eq(nil, T.quickfix())
  return T.here()
end

T.test('definition of a target is one jump', function()
  both('app/clock/clock.go', 'engine.t|icks')
  T.eq('app/engine/engine.go:4: ticks() int64 { return 1 }', jump())
end)

T.test('definition of a target is one jump from its first letter, where gopls is silent', function()
  both('app/clock/clock.go', '|example.com/app/engine.ticks')
  T.eq('app/engine/engine.go:4: ticks() int64 { return 1 }', jump())
end)

T.test('definition of a target in the Go tree is one jump', function()
  both('app/clock/clock.go', 'runtime.proc|Pin')
  assert(jump():match('^runtime/proc.go:%d+: procPin%(%) int {$'))
end)

T.test('definition of a local name is one jump', function()
  both('app/clock/clock.go', 'linkname t|icks')
  T.eq('app/engine/engine.go:4: ticks() int64 { return 1 }', jump())
end)

T.test('definition of a function without a body is one jump', function()
  both('app/clock/clock.go', 'func t|icks')
  T.eq('app/engine/engine.go:4: ticks() int64 { return 1 }', jump())
end)

T.test('definition of a function in assembly lists each platform once', function()
  both('app/clock/clock.go', 'func a|dd')
  vim.lsp.buf.definition()
  local found = T.wait('the list', T.quickfix)
  table.sort(found)
  T.eq({ 'app/clock/add_amd64.s:3', 'app/clock/add_arm64.s:3' }, found)
end)

T.test('definition of a function that is pushed stays where it is', function()
  both('app/clock/clock.go', 'func n|ow()')
  vim.lsp.buf.definition()
  T.wait('the answer', function()
    return T.here():match('^app/clock/clock.go:15: now') or T.quickfix()
  end)
  T.eq(nil, T.quickfix())
end)

T.test('LspLinknameDefinition jumps from a use to the body, past the declaration that gopls knows', function()
  both('app/clock/clock.go', 'return t|icks')
  vim.cmd.LspLinknameDefinition()
  T.wait('the jump', function()
    return T.here() == 'app/engine/engine.go:4: ticks() int64 { return 1 }'
  end)
end)

T.test('LspLinknameDefinition jumps where gopls leads where nothing is linked', function()
  both('app/main.go', 'clock.T|icks')
  vim.cmd.LspLinknameDefinition()
  T.wait('the jump', function()
    return T.here():match('^app/clock/clock.go:18: Ticks')
  end)
end)

T.test('one hover shows both, and nothing twice', function()
  both('app/clock/clock.go', 'engine.t|icks')
  vim.lsp.buf.hover()
  local text = T.wait('the hover', T.float)
  assert(text:find('gopls', 1, true) and text:find('pulls', 1, true), text)
  local _, signatures = text:gsub('func ticks%(%) int64', '')
  local _, comments = text:gsub('ticks counts%.', '')
  T.eq({ 1, 1 }, { signatures, comments })
end)

T.test('references are listed once', function()
  both('app/engine/engine.go', 'func t|icks')
  T.references_of_ticks()
end)

T.test('LspLinknameRename takes the links along', function()
  both('app/engine/engine.go', 'func t|icks')
  vim.cmd.LspLinknameRename('beats')
  T.wait('the other package', function()
    local bufnr = vim.fn.bufnr(T.root .. '/app/clock/clock.go')
    local text = bufnr > 0 and table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') or ''
    return text:find('example.com/app/engine.beats', 1, true)
  end)
  T.eq('func beats() int64 { return 1 }', vim.fn.getline(4))
end)

T.test('LspLinknameRename leaves to gopls what is not linked', function()
  both('app/clock/clock.go', 'func T|icks')
  vim.cmd.LspLinknameRename('Beats')
  T.wait('the other package', function()
    local bufnr = vim.fn.bufnr(T.root .. '/app/main.go')
    return bufnr > 0 and vim.fn.getbufline(bufnr, 10)[1] == 'func main() { fmt.Println(clock.Beats()) }'
  end)
end)

T.test('both count positions alike', function()
  both('app/clock/clock.go')
  T.eq(T.client('gopls').offset_encoding, T.client().offset_encoding)
end)

T.test('checkhealth says that gopls is there', function()
  both('app/clock/clock.go')
  vim.cmd('checkhealth linkname_ls')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  assert(text:find('gopls is there: what it says is not said twice', 1, true), text)
end)

T.test('findings of both appear and vanish while one types', function()
  both('app/clock/clock.go', '|//go:linkname ticks')
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local line = vim.api.nvim_get_current_line()
  vim.api.nvim_buf_set_lines(0, row - 1, row, false, { (line:gsub('ticks$', 'tocks')), 'var wrong int = ""' })
  T.wait('the findings', function()
    local sources = vim.tbl_map(function(one)
      return one.source
    end, vim.diagnostic.get(0))
    return vim.tbl_contains(sources, 'linkname-ls') and vim.tbl_contains(sources, 'compiler')
  end)
  vim.api.nvim_buf_set_lines(0, row - 1, row + 1, false, { line })
  T.wait('their end', function()
    return #T.findings() == 0
  end)
end)

local function without_gopls()
  T.wait('the end of gopls', function()
    return T.client('gopls') == nil
  end)
  T.wait('our server to know of it', function()
    return not vim.tbl_get(T.client().settings, 'linkname', 'gopls')
  end)
  T.eq('app/engine/engine.go:4: ticks() int64 { return 1 }', jump())
end

T.test('definition is still one jump when gopls is stopped, and when it is back', function()
  both('app/clock/clock.go', 'engine.t|icks')
  vim.lsp.enable('gopls', false)
  without_gopls()
  vim.lsp.enable('gopls')
  both('app/clock/clock.go', 'engine.t|icks')
  T.eq('app/engine/engine.go:4: ticks() int64 { return 1 }', jump())
end)

T.test('definition is still one jump when gopls is killed', function()
  both('app/clock/clock.go', 'engine.t|icks')
  T.client('gopls'):stop(true)
  without_gopls()
  vim.lsp.enable('gopls') -- for the next test
end)

T.test('a setting of the user about gopls stays', function()
  both('app/clock/clock.go', 'engine.t|icks')
  local old = T.client().id
  vim.lsp.config('linkname_ls', { settings = { linkname = { gopls = { dedupe = false } } } })
  vim.cmd.LspLinknameRestart()
  T.wait('another client', function()
    return T.client() and T.client().id ~= old
  end)
  both('app/clock/clock.go', 'engine.t|icks')
  vim.lsp.buf.definition()
  local twice = 'app/engine/engine.go:4'
  T.eq({ twice, twice }, T.wait('the list', T.quickfix))
end)
