-- Runs the tests of one topic in a real Neovim, and writes what became of each.
--
-- nvim --headless -u NONE -i NONE -n -c 'luafile harness.lua', with TOPIC (a Lua file), REPORT (the file to write), ROOT
-- (the folder with the modules), RUNTIME (what is put on 'runtimepath').
local T = { root = vim.env.ROOT, said = {} }

local tests = {}
local TIMEOUT = 60000

---@param name string
---@param run fun()
function T.test(name, run)
  tests[#tests + 1] = { name = name, run = run }
end

--- Waits until something is so, and returns it.
function T.wait(what, predicate)
  local found
  local done = vim.wait(TIMEOUT, function()
    found = predicate()
    return found
  end, 10)
  if not done then
    error(('waited for %s. Said: %s'):format(what, vim.inspect(T.said)), 2)
  end
  return found
end

function T.eq(want, got)
  if not vim.deep_equal(want, got) then
    error(('want %s\ngot %s'):format(vim.inspect(want), vim.inspect(got)), 2)
  end
end

---@return vim.lsp.Client?
function T.client(name, bufnr)
  return vim.lsp.get_clients({ name = name or 'linkname_ls', bufnr = bufnr or 0 })[1]
end

--- Edits a file and puts the cursor where "|" stands in a piece of its text.
function T.edit(file, where)
  vim.cmd.edit(vim.startswith(file, '/') and file or vim.fs.joinpath(T.root, file))
  if where then
    T.cursor(where)
  end
end

function T.cursor(where)
  local piece, at = where:gsub('|', ''), where:find('|', 1, true)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local start = line:find(piece, 1, true)
    if start then
      vim.api.nvim_win_set_cursor(0, { number, start + at - 2 })
      return
    end
  end
  error('there is no ' .. piece .. ' in ' .. vim.api.nvim_buf_get_name(0), 2)
end

--- Where the cursor is: "file:line: what follows it in the line".
function T.here()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local name = vim.api.nvim_buf_get_name(0)
  local short = vim.fs.relpath(T.root, name) or name:match('/src/(.*)$') or name
  return ('%s:%d: %s'):format(short, row, vim.api.nvim_get_current_line():sub(column + 1))
end

--- The text of all floating windows.
function T.float()
  local texts = {}
  for _, win in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(win).relative ~= '' then
      vim.list_extend(texts, vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), 0, -1, false))
    end
  end
  return #texts > 0 and table.concat(texts, '\n') or nil
end

--- The quickfix list, when its window is open: "file:line" of each entry.
function T.quickfix()
  if vim.fn.getqflist({ winid = 0 }).winid == 0 then
    return nil
  end
  return vim.tbl_map(function(item)
    local name = vim.api.nvim_buf_get_name(item.bufnr)
    return ('%s:%d'):format(vim.fs.relpath(T.root, name) or name:match('/src/(.*)$') or name, item.lnum)
  end, vim.fn.getqflist())
end

--- Goes to the definition, and waits until the cursor is there: as `T.here` tells it.
function T.definition_leads_to(place)
  vim.lsp.buf.definition()
  T.wait('the jump', function()
    return T.here() == place
  end)
end

--- Lists the references of `ticks`, under the cursor: each is there once.
function T.references_of_ticks()
  vim.lsp.buf.references()
  local found = T.wait('the list', T.quickfix)
  table.sort(found)
  T.eq({
    'app/clock/clock.go:18',
    'app/clock/clock.go:5',
    'app/clock/clock.go:6',
    'app/engine/engine.go:4',
    'app/engine/engine.go:8',
    'app/wrong/wrong.go:3',
    'app/wrong/wrong.go:4',
  }, found)
end

--- What is found in a buffer: "line: rule".
function T.findings(bufnr)
  return vim.tbl_map(function(one)
    return ('%d: %s'):format(one.lnum + 1, one.code)
  end, vim.diagnostic.get(bufnr or 0))
end

--- Waits until our server has searched for links, and as many servers as are wanted have been started.
function T.ready(servers)
  T.wait('the servers', function()
    return #vim.lsp.get_clients({ bufnr = 0 }) == (servers or 1)
  end)
  T.wait('the links', function()
    local answer = T.client():request_sync('workspace/executeCommand', { command = 'linkname.status' }, TIMEOUT)
    return answer and answer.result and not answer.result.busy
  end)
end

local function clean()
  vim.cmd('silent! cclose')
  vim.cmd('silent! only!')
  vim.cmd.enew({ bang = true })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if bufnr ~= vim.api.nvim_get_current_buf() then
      vim.api.nvim_buf_delete(bufnr, { force = true })
    end
  end
  vim.fn.setqflist({}, 'f')
  T.said = {}
end

local function main()
  vim.notify = function(message)
    T.said[#T.said + 1] = message
  end
  vim.opt.runtimepath:prepend(vim.env.RUNTIME)
  vim.o.hidden = true
  vim.cmd('filetype on')
  local load = assert(loadfile(vim.env.TOPIC))
  load(T)
  local report = vim.empty_dict()
  for _, test in ipairs(tests) do
    clean()
    local ok, why = xpcall(test.run, debug.traceback)
    report[test.name] = ok and '' or why
  end
  vim.fn.writefile({ vim.json.encode(report) }, vim.env.REPORT)
end

-- "-c" runs before VimEnter, and vim.lsp.enable() looks at buffers only after it.
vim.schedule(function()
  local ok, why = xpcall(main, debug.traceback)
  if not ok then
    io.stderr:write(why .. '\n')
    vim.cmd('cquit 1')
  end
  vim.cmd('qall!')
end)
