---@brief
---
--- https://github.com/linkname-ls/linkname-ls
---
--- A language server for Go's `//go:linkname` directives, to be used beside gopls.
---
--- This file works alone: copy it into a folder `lsp` on 'runtimepath', and call
--- `vim.lsp.enable('linkname_ls')`.
---
--- In the buffers of the server there are:
---
--- - `:LspLinknameDefinition` jumps to the other end of a link, past the declaration that gopls
---   knows.
--- - `:LspLinknameRename [name]` renames what is linked with its links, which gopls would break.
--- - `:LspLinknameGraph [package ...]` shows who links to whom in the browser; with `!` as text.
--- - `:LspLinknameExplain [rule]` shows the page of a rule: that of the finding under the cursor, or
---   any.
--- - `:LspLinknameStatus` shows which Go, modules and links the server knows.
--- - `:LspLinknameRestart` starts it again.

--- The folder that the server looks at as a whole.
---@param fname string
---@return string?
local function root_of(fname)
  return vim.fs.root(fname, 'go.work') or vim.fs.root(fname, 'go.mod')
end

--- Whether a file is not the user's: it stands in the module cache, where every path has a version,
--- or in a Go tree.
---@param fname string
---@param root string?
---@return boolean
local function in_library(fname, root)
  if fname:find('@v%d') then
    return true
  end
  local file = root and io.open(vim.fs.joinpath(root, 'go.mod'))
  local clause = file and file:read('l') or ''
  if file then
    file:close()
  end
  return clause == 'module std' or clause == 'module cmd'
end

--- The client whose workspace a library's file was reached from: that of the buffer before, else the
--- newest.
---@param root string?
---@return vim.lsp.Client?
local function from_where(root)
  local all = vim.lsp.get_clients({ name = 'linkname_ls' })
  for _, client in ipairs(all) do
    if root and client.root_dir == root then
      return client -- the library is a workspace itself
    end
  end
  local before = vim.fn.bufnr('#')
  local there = before > 0 and vim.lsp.get_clients({ name = 'linkname_ls', bufnr = before }) or {}
  return there[1] or all[#all]
end

---@param bufnr integer
---@return boolean
local function has_gopls(bufnr)
  return vim.iter(vim.lsp.get_clients({ bufnr = bufnr })):any(function(client)
    return client.name == 'gopls' or vim.tbl_get(client, 'server_info', 'name') == 'gopls'
  end)
end

--- Tells the server whether gopls is asked too. Neovim lists twice what both answer, so the server
--- has to leave out what gopls says; where gopls is not there, nobody else would say it.
---@param client vim.lsp.Client
local function tell_of_gopls(client)
  if
    client:is_stopped()
    or vim.tbl_get(client.config, 'settings', 'linkname', 'gopls') ~= nil
    or vim.tbl_get(client.config, 'init_options', 'gopls') ~= nil
  then
    return -- the user knows better
  end
  local buffers = vim.tbl_filter(function(bufnr)
    return vim.api.nvim_buf_is_valid(bufnr) and vim.bo[bufnr].filetype == 'go'
  end, vim.tbl_keys(client.attached_buffers))
  local beside = #buffers > 0 and vim.iter(buffers):all(has_gopls)
  local told = vim.tbl_get(client.settings, 'linkname', 'gopls')
  if beside == (type(told) == 'table') then
    return
  end
  client.settings = vim.deepcopy(client.settings)
  client.settings.linkname = client.settings.linkname or {}
  client.settings.linkname.gopls = beside and { dedupe = true }
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
end

---@return vim.lsp.Client?
local function current()
  return vim.lsp.get_clients({ name = 'linkname_ls', bufnr = 0 })[1]
end

---@param message string
---@param level? integer
local function say(message, level)
  vim.notify('linkname_ls: ' .. message, level or vim.log.levels.ERROR)
end

--- Has the server of the current buffer execute a command.
---@param command string
---@param arguments any[]
---@param done fun(result: any)
local function execute(command, arguments, done)
  local client = current()
  if not client then
    return say('the server is not running; :LspLinknameRestart starts it')
  end
  local params = { command = command, arguments = arguments }
  client:request('workspace/executeCommand', params, function(err, result)
    if err then
      say(err.message)
    else
      done(result ~= vim.NIL and result or nil)
    end
  end)
end

--- Shows text in a window of its own, which is gone when it is closed.
---@param title string
---@param text string
---@param filetype string
local function show(title, text, filetype)
  vim.cmd('botright new')
  local bufnr = vim.api.nvim_get_current_buf()
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].swapfile = false
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(text, '\n', { trimempty = true }))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = filetype
  pcall(vim.api.nvim_buf_set_name, bufnr, ('linkname://%d/%s'):format(bufnr, title))
end

--- Jumps to the first of several places, with all of them in the quickfix list.
---@param title string
---@param locations lsp.Location[]
---@param encoding string
local function visit(title, locations, encoding)
  local items = vim.tbl_map(function(location)
    -- One after the other: of several it sorts the files.
    return vim.lsp.util.locations_to_items({ location }, encoding)[1]
  end, locations)
  vim.fn.setqflist({}, ' ', { title = title, items = items })
  vim.cmd.cfirst()
end

local function definition()
  local client = current()
  if not client then
    return vim.lsp.buf.definition()
  end
  local encoding = client.offset_encoding
  local here = vim.lsp.util.make_position_params(0, encoding)
  execute('linkname.definition', { here.textDocument.uri, here.position }, function(locations)
    if not locations then
      vim.lsp.buf.definition()
    elseif #locations == 1 then
      vim.lsp.util.show_document(locations[1], encoding, { focus = true })
    else
      visit('Definitions on all platforms', locations, encoding)
    end
  end)
end

---@param args vim.api.keyset.create_user_command.command_args
local function rename(args)
  local client, name = current(), args.args ~= '' and args.args or nil
  if not client then
    return vim.lsp.buf.rename(name)
  end
  local here = vim.lsp.util.make_position_params(0, client.offset_encoding)
  client:request('textDocument/prepareRename', here, function(err, range)
    if err then
      return say(err.message)
    end
    vim.lsp.buf.rename(name, {
      filter = function(one)
        return (one.name == 'linkname_ls') == (range ~= nil)
      end,
    })
  end)
end

---@param args vim.api.keyset.create_user_command.command_args
local function graph(args)
  execute('linkname.graph', args.fargs, function(found)
    if not found then
      return say('there is no link graph without a folder')
    end
    if args.bang then
      return show(found.title, found.mermaid, 'mermaid')
    end
    local path = vim.fn.tempname() .. '.html'
    vim.fn.writefile(vim.split(found.html, '\n'), path)
    local opened, why = vim.ui.open(path)
    if not opened then
      say(('%s; the graph is in %s'):format(why, path), vim.log.levels.WARN)
    end
  end)
end

---@param args vim.api.keyset.create_user_command.command_args
local function explain(args)
  local function page(rule)
    if rule then
      execute('linkname.explain', { rule }, function(text)
        show(rule, text, 'markdown')
      end)
    end
  end
  if args.args ~= '' then
    return page(args.args)
  end
  local found = vim.diagnostic.get(0, { lnum = vim.api.nvim_win_get_cursor(0)[1] - 1 })
  for _, one in ipairs(found) do
    if one.source == 'linkname-ls' then
      return page(one.code)
    end
  end
  execute('linkname.explain', {}, function(rules)
    vim.ui.select(rules, { prompt = 'Explain rule' }, page)
  end)
end

---@return string[]
local function rules(start)
  local client, params = current(), { command = 'linkname.explain' }
  local answer = client and client:request_sync('workspace/executeCommand', params, 1000, 0)
  return vim.tbl_filter(function(rule)
    return vim.startswith(rule, start)
  end, answer and answer.result or {})
end

local function restart()
  local clients = vim.lsp.get_clients({ name = 'linkname_ls' })
  vim.lsp.enable('linkname_ls', false) -- stops them
  local waited = 0
  local timer = assert(vim.uv.new_timer())
  timer:start(0, 50, function()
    vim.schedule(function()
      local running = vim.tbl_filter(function(client)
        return not client:is_stopped()
      end, clients)
      waited = waited + 50
      if waited == 3000 then
        for _, client in ipairs(running) do
          client:stop(true)
        end
      end
      if #running == 0 and not timer:is_closing() then
        timer:close()
        vim.lsp.enable('linkname_ls')
      end
    end)
  end)
end

---@type vim.lsp.Config
return {
  cmd = { 'linkname-ls' },
  filetypes = { 'go', 'gomod', 'asm' },
  root_dir = function(bufnr, on_dir)
    local fname = vim.api.nvim_buf_get_name(bufnr)
    local root = root_of(fname)
    if vim.bo[bufnr].filetype == 'asm' and not (root and vim.endswith(fname, '.s')) then
      return -- not Go's
    end
    local client = in_library(fname, root) and from_where(root)
    if client then
      root = client.root_dir
    end
    on_dir(root or vim.fs.root(fname, '.git'))
  end,
  capabilities = {
    -- As gopls has it: Neovim warns of buffers whose servers count differently.
    general = { positionEncodings = { 'utf-16' } },
  },
  init_options = {
    commands = { 'linkname.showReferences' },
  },
  commands = {
    -- What a code lens runs: with the document, the position and the places that it counts.
    ['linkname.showReferences'] = function(command, ctx)
      local client = assert(vim.lsp.get_client_by_id(ctx.client_id))
      local items = vim.lsp.util.locations_to_items(command.arguments[3], client.offset_encoding)
      vim.fn.setqflist({}, ' ', { title = command.title, items = items })
      vim.cmd('botright copen')
    end,
  },
  on_init = function(client)
    local group = vim.api.nvim_create_augroup('linkname_ls.' .. client.id, {})
    vim.api.nvim_create_autocmd({ 'LspAttach', 'LspDetach' }, {
      group = group,
      desc = 'Tell linkname-ls whether gopls is there',
      callback = function()
        -- A client that is detached is still in the lists.
        vim.schedule(function()
          if vim.lsp.get_client_by_id(client.id) then
            tell_of_gopls(client)
          else
            pcall(vim.api.nvim_del_augroup_by_id, group)
          end
        end)
      end,
    })
  end,
  on_attach = function(_, bufnr)
    local function command(name, run, opts)
      vim.api.nvim_buf_create_user_command(bufnr, 'LspLinkname' .. name, run, opts)
    end
    command('Definition', definition, { desc = 'Jump to the other end of a link' })
    command('Rename', rename, { desc = 'Rename with the links', nargs = '?' })
    command('Graph', graph, { desc = 'Show who links to whom', nargs = '*', bang = true })
    command('Explain', explain, { desc = 'Show the page of a rule', nargs = '?', complete = rules })
    command('Status', function()
      execute('linkname.status', {}, function(status)
        show('status', status.text, '')
      end)
    end, { desc = 'Show what the server knows' })
    command('Restart', restart, { desc = 'Start the server again' })
  end,
}
