#Requires -Version 5.1
@@HELP@@
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [switch] $Undo,
    [switch] $Test,
    [switch] $Assigned,
    [switch] $SkipUnknownComputers,
    [string] $LocalPath,
    [string] $DomainController
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
@@VALUES@@

$mark = "Latchkey roll-out $($RollOut.Id)"
$stateFile = Join-Path $PSScriptRoot "state-$($RollOut.Id).json"
$authenticatedUsers = New-Object System.Security.Principal.SecurityIdentifier 'S-1-5-11'
$scriptsExtension = '[{42B5FAAE-6536-11D2-AE5A-0000F87571E3}{40B6664F-4972-11D1-A7CA-0000F87571E3}]'

function Write-Done([string] $Message) { Write-Host "  $Message" }

# What was found and done is kept after each step, so that it can be taken back even if a later one fails.
$state = @{
    FolderCreated = $false; ShareCreated = $false; ShareAccessAdded = ''; FolderAccessAdded = $false
    FilesCopied = @(); ReaderSid = ''
    # Folders that were made, the outermost first: of the share, and on its server's own disk.
    FoldersCreated = @(); LocalFolders = @()
}
if (Test-Path -LiteralPath $stateFile) {
    $kept = Get-Content -LiteralPath $stateFile -Raw -Encoding UTF8 | ConvertFrom-Json
    foreach ($property in $kept.PSObject.Properties) { $state[$property.Name] = $property.Value }
}
function Save-State {
    if (-not $WhatIfPreference) {
        ConvertTo-Json $state | Set-Content -LiteralPath $stateFile -Encoding UTF8
    }
}

foreach ($module in 'GroupPolicy', 'ActiveDirectory') {
    if (-not (Get-Module -ListAvailable -Name $module)) { throw ($Text.ModuleMissing -f $module) }
    Import-Module $module -Verbose:$false
}

function ConvertTo-LdapText([string] $Value) {
    $Value.Replace('\', '\5c').Replace('*', '\2a').Replace('(', '\28').Replace(')', '\29')
}

$domain = Get-ADDomain -Identity $RollOut.Domain -Server $RollOut.Domain
$dc = if ($DomainController) { $DomainController } else { $domain.PDCEmulator }
$linkTarget = if ($RollOut.LinkTo) { $RollOut.LinkTo } else { $domain.DistinguishedName }
$pathParts = @($RollOut.Share.TrimStart('\').Split('\'))
$server = $pathParts[0]
$shareName = $pathParts[1]
$shareRoot = '\\' + $server + '\' + $shareName
$folder = $RollOut.Share

function Get-OwnPolicy {
    $found = @(Get-GPO -All -Domain $RollOut.Domain -Server $dc | Where-Object { $_.DisplayName -eq $RollOut.Name })
    foreach ($policy in $found) {
        if ("$($policy.Description)".Contains($mark)) { return $policy }
    }
    if ($found.Count -gt 0) { throw ($Text.PolicyNotOurs -f $RollOut.Name) }
}

function Get-TargetGroup {
    $filter = '(sAMAccountName=' + (ConvertTo-LdapText $RollOut.Group) + ')'
    Get-ADGroup -LDAPFilter $filter -Properties @('Description', 'member') -Server $dc
}

function Get-Link($Policy) {
    (Get-GPInheritance -Target $linkTarget -Domain $RollOut.Domain -Server $dc).GpoLinks |
        Where-Object { $_.GpoId -eq $Policy.Id }
}

# --- taking it back ---------------------------------------------------------------------------------------------------------

function Undo-RollOut {
    $policy = Get-OwnPolicy
    if ($policy) {
        if ((Get-Link $policy) -and $PSCmdlet.ShouldProcess($linkTarget, $Text.RemoveLink)) {
            Remove-GPLink -Guid $policy.Id -Target $linkTarget -Domain $RollOut.Domain -Server $dc | Out-Null
        }
        if ($PSCmdlet.ShouldProcess($RollOut.Name, $Text.RemovePolicy)) {
            Remove-GPO -Guid $policy.Id -Domain $RollOut.Domain -Server $dc
        }
    }
    if ($RollOut.Computers) {
        $group = Get-TargetGroup
        if ($group -and "$($group.Description)".Contains($mark) -and
            $PSCmdlet.ShouldProcess($RollOut.Group, $Text.RemoveGroup)) {
            Remove-ADGroup -Identity $group -Server $dc -Confirm:$false
        }
    }
    # Of the rest the record says that it is this script's own. What is taken back leaves it at once, so that it can be run again.
    $reachable = Test-Path -LiteralPath $shareRoot
    foreach ($file in @($state.FilesCopied)) {
        # What can't be seen may still be there.
        if (-not $reachable) { break }
        $path = Join-Path $folder $file
        if (Test-Path -LiteralPath $path) {
            if (-not $PSCmdlet.ShouldProcess($path, $Text.RemoveFile)) { continue }
            Remove-Item -LiteralPath $path -Confirm:$false
        }
        $state.FilesCopied = @(@($state.FilesCopied) | Where-Object { $_ -ne $file })
        Save-State
    }
    if ($state.ShareAccessAdded -and -not $state.ShareCreated -and
        $PSCmdlet.ShouldProcess($shareRoot, $Text.RevokeAccess)) {
        Revoke-SmbShareAccess -CimSession $server -Name $shareName -AccountName $state.ShareAccessAdded -Force -Confirm:$false | Out-Null
        $state.ShareAccessAdded = ''
        Save-State
    }
    if ($state.FolderAccessAdded -and -not $state.FolderCreated -and (Test-Path -LiteralPath $folder) -and
        $PSCmdlet.ShouldProcess($folder, $Text.RevokeAccess)) {
        $acl = Get-Acl -LiteralPath $folder
        $reader = New-Object System.Security.Principal.SecurityIdentifier "$($state.ReaderSid)"
        [void] $acl.RemoveAccessRule((New-ReadRule $reader))
        Set-Acl -LiteralPath $folder -AclObject $acl
        $state.FolderAccessAdded = $false
        Save-State
    }
    foreach ($path in (Get-Reversed $state.FoldersCreated)) {
        if (-not $reachable) { break }
        if (Test-Path -LiteralPath $path) {
            if (@(Get-ChildItem -LiteralPath $path -Force).Count -gt 0 -and -not $WhatIfPreference) {
                Write-Warning ($Text.FolderNotEmpty -f $path)
                break
            }
            if (-not $PSCmdlet.ShouldProcess($path, $Text.RemoveFolder)) { continue }
            Remove-Item -LiteralPath $path -Confirm:$false
        }
        $state.FoldersCreated = @(@($state.FoldersCreated) | Where-Object { $_ -ne $path })
        $state.FolderCreated = @($state.FoldersCreated).Count -gt 0
        Save-State
    }
    # A share in which something is left is somebody's by now.
    $emptied = $WhatIfPreference -or (@($state.FilesCopied).Count + @($state.FoldersCreated).Count) -eq 0
    if ($state.ShareCreated -and $emptied -and $PSCmdlet.ShouldProcess($shareRoot, $Text.RemoveShare)) {
        Get-SmbShare -CimSession $server | Where-Object { $_.Name -eq $shareName } | Remove-SmbShare -Force -Confirm:$false
        $state.ShareCreated = $false
        Save-State
    }
    # While it is shared, somebody may be using it.
    if (-not $state.ShareCreated -or $WhatIfPreference) { Remove-LocalFolders }
    if ($WhatIfPreference) {
        Write-Host $Text.WhatIfDone
        return
    }
    if ($reachable -and -not (Test-Path -LiteralPath $folder)) { $state.FolderAccessAdded = $false }
    $left = @($state.FilesCopied).Count + @($state.FoldersCreated).Count + @($state.LocalFolders).Count
    if ($left -gt 0 -or $state.ShareCreated -or $state.ShareAccessAdded -or $state.FolderAccessAdded) {
        # Without its record nobody would know any more what of it is this script's.
        Write-Warning ($Text.UndoIncomplete -f $stateFile)
        return
    }
    if (-not $WhatIfPreference -and (Test-Path -LiteralPath $stateFile)) {
        Remove-Item -LiteralPath $stateFile -Confirm:$false
    }
    Write-Host $Text.UndoDone
}

# On the server, behind the share: the innermost first, and none that holds anything.
function Remove-LocalFolders {
    foreach ($path in (Get-Reversed $state.LocalFolders)) {
        if (-not $PSCmdlet.ShouldProcess("${server}: $path", $Text.RemoveFolder)) { continue }
        $stays = Invoke-Command -ComputerName $server -ArgumentList $path -ScriptBlock {
            param($Path)
            $there = Test-Path -LiteralPath $Path
            $holds = $there -and @(Get-ChildItem -LiteralPath $Path -Force).Count -gt 0
            if ($there -and -not $holds) { Remove-Item -LiteralPath $Path -Confirm:$false }
            $holds
        }
        if ($stays) {
            Write-Warning ($Text.FolderNotEmpty -f "${server}: $path")
            break
        }
        $state.LocalFolders = @(@($state.LocalFolders) | Where-Object { $_ -ne $path })
        Save-State
    }
}

function Get-Reversed($List) {
    $items = @($List | Where-Object { $_ })
    [array]::Reverse($items)
    $items
}

# --- the parts of it --------------------------------------------------------------------------------------------------------

function New-ReadRule($Sid) {
    New-Object System.Security.AccessControl.FileSystemAccessRule(
        $Sid, 'ReadAndExecute', 'ContainerInherit, ObjectInherit', 'None', 'Allow')
}

function New-FullRule([System.Security.Principal.SecurityIdentifier] $Sid) {
    New-Object System.Security.AccessControl.FileSystemAccessRule(
        $Sid, 'FullControl', 'ContainerInherit, ObjectInherit', 'None', 'Allow')
}

# The packages are those that the hub made (integrity), before anything is changed.
function Test-Packages {
    foreach ($package in $RollOut.Packages) {
        $path = Join-Path $PSScriptRoot (Join-Path 'packages' $package.File)
        if (-not (Test-Path -LiteralPath $path)) { throw ($Text.PackageMissing -f $path) }
        if ((Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash -ne $package.Sha256) {
            throw ($Text.PackageDamaged -f $path)
        }
    }
    Write-Done $Text.PackagesGood
}

# The distinguished names of the computers in computers.txt.
function Find-Computers {
    $known = @{}
    Get-ADComputer -Filter * -Properties DNSHostName -Server $dc -ResultPageSize 1000 | ForEach-Object {
        if ($_.DNSHostName) { $known[$_.DNSHostName.Split('.')[0].ToLowerInvariant()] = $_.DistinguishedName }
        $known[$_.SamAccountName.TrimEnd('$').ToLowerInvariant()] = $_.DistinguishedName
    }
    $unknown = New-Object System.Collections.Generic.List[string]
    $found = New-Object System.Collections.Generic.List[string]
    foreach ($computer in Get-Content -LiteralPath (Join-Path $PSScriptRoot 'computers.txt') -Encoding UTF8) {
        if (-not $computer) { continue }
        $name = $known[$computer.ToLowerInvariant()]
        if ($name) { $found.Add($name) } else { $unknown.Add($computer) }
    }
    if ($unknown.Count -gt 0) {
        $message = $Text.ComputersUnknown -f $unknown.Count, ($unknown -join ', ')
        if (-not $SkipUnknownComputers) { throw $message }
        Write-Warning $message
    }
    , $found.ToArray()
}

# A group of the listed computers: made, or brought up to date.
function Set-TargetGroup([string[]] $Computers) {
    $group = Get-TargetGroup
    if ($group -and -not "$($group.Description)".Contains($mark)) { throw ($Text.GroupNotOurs -f $RollOut.Group) }
    if (-not $group) {
        if (-not $PSCmdlet.ShouldProcess($RollOut.Group, $Text.CreateGroup)) { return }
        New-ADGroup -Name $RollOut.Group -SamAccountName $RollOut.Group -GroupScope Global -GroupCategory Security `
            -Path $domain.UsersContainer -Description $mark -Server $dc
        $group = Get-TargetGroup
    }
    $have = @{}
    foreach ($member in $group.member) { $have[$member] = $true }
    $want = @{}
    foreach ($computer in $Computers) { $want[$computer] = $true }
    $add = @($Computers | Where-Object { -not $have.ContainsKey($_) })
    $remove = @($have.Keys | Where-Object { -not $want.ContainsKey($_) })
    for ($start = 0; $start -lt $add.Count; $start += 500) {
        $batch = @($add[$start..([Math]::Min($start + 499, $add.Count - 1))])
        if ($PSCmdlet.ShouldProcess($RollOut.Group, ($Text.AddMembers -f $batch.Count))) {
            Add-ADGroupMember -Identity $group -Members $batch -Server $dc
        }
    }
    for ($start = 0; $start -lt $remove.Count; $start += 500) {
        $batch = @($remove[$start..([Math]::Min($start + 499, $remove.Count - 1))])
        if ($PSCmdlet.ShouldProcess($RollOut.Group, ($Text.RemoveMembers -f $batch.Count))) {
            Remove-ADGroupMember -Identity $group -Members $batch -Server $dc -Confirm:$false
        }
    }
    Write-Done ($Text.GroupReady -f $RollOut.Group, $Computers.Count)
}

# Share and folder: read and execute for those who install, and nobody else where the folder is a new one.
function Set-SharedFolder($ReaderSid) {
    $reader = if ($ReaderSid) { $ReaderSid.Translate([System.Security.Principal.NTAccount]).Value } else { $RollOut.Group }
    $administrators = New-Object System.Security.Principal.SecurityIdentifier 'S-1-5-32-544'
    if (-not (Test-Path -LiteralPath $shareRoot)) {
        if ($server -eq $RollOut.Domain) { throw ($Text.NamespaceMissing -f $shareRoot) }
        $path = if ($LocalPath) { $LocalPath } else { "C:\Shares\$shareName" }
        if ($PSCmdlet.ShouldProcess($shareRoot, ($Text.CreateShare -f $path))) {
            $made = Invoke-Command -ComputerName $server -ArgumentList $path -ScriptBlock {
                param($Path)
                $missing = @()
                $at = $Path
                while ($at -and -not (Test-Path -LiteralPath $at)) {
                    $missing = @($at) + $missing
                    $at = [System.IO.Path]::GetDirectoryName($at)
                }
                if ($missing.Count -gt 0) { New-Item -ItemType Directory -Path $Path -Force | Out-Null }
                $missing
            }
            # Added to what stands there: a folder that an earlier run has made is still its own.
            $state.LocalFolders = @(@($state.LocalFolders) + @($made | Where-Object { $_ } | ForEach-Object { [string] $_ }))
            Save-State
            $full = $administrators.Translate([System.Security.Principal.NTAccount]).Value
            New-SmbShare -CimSession $server -Name $shareName -Path $path -FullAccess $full -ReadAccess $reader | Out-Null
            $state.ShareCreated = $true
            Save-State
        }
    } else {
        Set-ShareAccess $reader
    }
    if (-not (Test-Path -LiteralPath $folder)) {
        if (-not $PSCmdlet.ShouldProcess($folder, $Text.CreateFolder)) { return }
        $missing = @()
        $at = $folder
        while ($at.Length -gt $shareRoot.Length -and -not (Test-Path -LiteralPath $at)) {
            $missing = @($at) + $missing
            $at = [System.IO.Path]::GetDirectoryName($at)
        }
        New-Item -ItemType Directory -Path $folder -Force | Out-Null
        $state.FolderCreated = $true
        $state.FoldersCreated = @(@($state.FoldersCreated) + $missing)
        Save-State
    }
    Set-FolderAccess $ReaderSid
}

function Set-ShareAccess([string] $Reader) {
    try {
        $access = @(Get-SmbShareAccess -CimSession $server -Name $shareName)
    } catch {
        # A share of another system, or nothing that may be asked of its server.
        Write-Warning ($Text.ShareAccessUnknown -f $shareRoot, $Reader)
        return
    }
    $everyone = (New-Object System.Security.Principal.SecurityIdentifier 'S-1-1-0').Translate([System.Security.Principal.NTAccount]).Value
    $all = $authenticatedUsers.Translate([System.Security.Principal.NTAccount]).Value
    $enough = @($access | Where-Object {
            "$($_.AccessControlType)" -eq 'Allow' -and @($Reader, $everyone, $all) -contains $_.AccountName
        })
    if ($enough.Count -eq 0 -and $PSCmdlet.ShouldProcess($shareRoot, ($Text.GrantAccess -f $Reader))) {
        Grant-SmbShareAccess -CimSession $server -Name $shareName -AccountName $Reader -AccessRight Read -Force -Confirm:$false | Out-Null
        $state.ShareAccessAdded = $Reader
        Save-State
    }
}

function Set-FolderAccess($ReaderSid) {
    if (-not $ReaderSid -or -not (Test-Path -LiteralPath $folder)) { return }
    $acl = Get-Acl -LiteralPath $folder
    $rules = @($acl.GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier]))
    $readAndExecute = [System.Security.AccessControl.FileSystemRights]::ReadAndExecute
    $enough = @($rules | Where-Object {
            $_.IdentityReference -eq $ReaderSid -and "$($_.AccessControlType)" -eq 'Allow' -and
            ($_.FileSystemRights -band $readAndExecute) -eq $readAndExecute
        })
    if ($state.FolderCreated -and -not $acl.AreAccessRulesProtected) {
        if ($PSCmdlet.ShouldProcess($folder, $Text.CloseFolder)) {
            # The package holds what a computer joins with: no reason for everybody to read it.
            $acl.SetAccessRuleProtection($true, $false)
            foreach ($sid in 'S-1-5-18', 'S-1-5-32-544') { $acl.AddAccessRule((New-FullRule $sid)) }
            $acl.AddAccessRule((New-FullRule ([System.Security.Principal.WindowsIdentity]::GetCurrent().User)))
            $acl.AddAccessRule((New-ReadRule $ReaderSid))
            Set-Acl -LiteralPath $folder -AclObject $acl
        }
    } elseif ($enough.Count -eq 0 -and $PSCmdlet.ShouldProcess($folder, ($Text.GrantAccess -f $ReaderSid))) {
        $acl.AddAccessRule((New-ReadRule $ReaderSid))
        Set-Acl -LiteralPath $folder -AclObject $acl
        $state.FolderAccessAdded = $true
        $state.ReaderSid = $ReaderSid.Value
        Save-State
    }
    Write-Done ($Text.FolderReady -f $folder)
}

function Copy-Packages {
    foreach ($package in $RollOut.Packages) {
        $source = Join-Path $PSScriptRoot (Join-Path 'packages' $package.File)
        $target = Join-Path $folder $package.File
        $there = Test-Path -LiteralPath $target
        if ($there -and (Get-FileHash -LiteralPath $target -Algorithm SHA256).Hash -eq $package.Sha256) { continue }
        if ($PSCmdlet.ShouldProcess($target, $Text.CopyPackage)) {
            Copy-Item -LiteralPath $source -Destination $target -Force -Confirm:$false
            if (-not $there) { $state.FilesCopied = @(@($state.FilesCopied) + $package.File) }
            Save-State
        }
    }
}

function Set-Policy {
    $policy = Get-OwnPolicy
    if (-not $policy) {
        if (-not $PSCmdlet.ShouldProcess($RollOut.Name, $Text.CreatePolicy)) { return }
        $policy = New-GPO -Name $RollOut.Name -Comment $mark -Domain $RollOut.Domain -Server $dc
    }
    $wanted = if ($RollOut.UserSettingsDisabled) { 'UserSettingsDisabled' } else { 'AllSettingsEnabled' }
    if ("$($policy.GpoStatus)" -ne $wanted -and $PSCmdlet.ShouldProcess($RollOut.Name, ($Text.SetStatus -f $wanted))) {
        $policy.GpoStatus = $wanted
    }
    $policy
}

# Authenticated Users keep Read, which computers need since MS16-072, and lose Apply; the group gets it.
function Set-Filter($Policy, $GroupSid) {
    $all = $authenticatedUsers.Translate([System.Security.Principal.NTAccount]).Value
    if ($GroupSid) {
        $group = $GroupSid.Translate([System.Security.Principal.NTAccount]).Value
        if ($PSCmdlet.ShouldProcess($RollOut.Name, ($Text.FilterGroup -f $group))) {
            Set-GPPermission -Guid $Policy.Id -TargetName $group -TargetType Group -PermissionLevel GpoApply `
                -Domain $RollOut.Domain -Server $dc -Confirm:$false | Out-Null
            Set-GPPermission -Guid $Policy.Id -TargetName $all -TargetType Group -PermissionLevel GpoRead -Replace `
                -Domain $RollOut.Domain -Server $dc -Confirm:$false | Out-Null
        }
    } elseif ($PSCmdlet.ShouldProcess($RollOut.Name, ($Text.FilterGroup -f $all))) {
        Set-GPPermission -Guid $Policy.Id -TargetName $all -TargetType Group -PermissionLevel GpoApply `
            -Domain $RollOut.Domain -Server $dc -Confirm:$false | Out-Null
    }
}

function Set-StartupScript($Policy) {
    $guid = $Policy.Id.ToString('B').ToUpperInvariant()
    $root = '\\' + $dc + '\SYSVOL\' + $domain.DNSRoot + '\Policies\' + $guid
    $scripts = Join-Path $root 'Machine\Scripts'
    $source = Join-Path $PSScriptRoot (Join-Path 'startup' $RollOut.ScriptFile)
    $target = Join-Path $scripts (Join-Path 'Startup' $RollOut.ScriptFile)
    $parameters = if ($Test) { $RollOut.TestParameters } else { $RollOut.Parameters }
    $ini = Join-Path $scripts 'scripts.ini'
    $lines = "`r`n[Startup]`r`n0CmdLine=$($RollOut.ScriptFile)`r`n0Parameters=$parameters`r`n"
    $same = (Test-Path -LiteralPath $ini) -and [System.IO.File]::ReadAllText($ini, [System.Text.Encoding]::Unicode) -ceq $lines -and
        (Test-Path -LiteralPath $target) -and
        (Get-FileHash -LiteralPath $target).Hash -eq (Get-FileHash -LiteralPath $source).Hash
    if ($same) { return }
    if (-not $PSCmdlet.ShouldProcess($RollOut.Name, $Text.PlaceScript)) { return }
    New-Item -ItemType Directory -Path (Split-Path $target) -Force | Out-Null
    Copy-Item -LiteralPath $source -Destination $target -Force -Confirm:$false
    [System.IO.File]::WriteAllText($ini, $lines, [System.Text.Encoding]::Unicode)
    $dn = "CN=$guid,CN=Policies,CN=System,$($domain.DistinguishedName)"
    $object = Get-ADObject -Identity $dn -Properties @('versionNumber', 'gPCMachineExtensionNames') -Server $dc
    $extensions = @([regex]::Matches("$($object.gPCMachineExtensionNames)", '\[[^\]]*\]') | ForEach-Object { $_.Value })
    if ($extensions -notcontains $scriptsExtension) { $extensions += $scriptsExtension }
    $names = @($extensions | Sort-Object) -join ''
    $version = [int] $object.versionNumber
    # The lower half counts the changes of the computer's part.
    $next = ($version -band -65536) -bor ((($version -band 65535) + 1) -band 65535)
    Set-ADObject -Identity $dn -Server $dc -Replace @{ gPCMachineExtensionNames = $names; versionNumber = $next }
    $gptIni = Join-Path $root 'GPT.INI'
    $gpt = [System.IO.File]::ReadAllText($gptIni) -replace '(?im)^Version=\d*', "Version=$next"
    [System.IO.File]::WriteAllText($gptIni, $gpt, [System.Text.Encoding]::ASCII)
    Write-Done ($Text.ScriptReady -f $RollOut.ScriptFile)
}

# --- all of it --------------------------------------------------------------------------------------------------------------

if ($Undo) {
    Undo-RollOut
    return
}

Test-Packages
$computers = if ($RollOut.Computers) { Find-Computers } else { $null }
if ($RollOut.Group -and -not $RollOut.Computers -and -not (Get-TargetGroup)) { throw ($Text.GroupMissing -f $RollOut.Group) }
[void] (Get-OwnPolicy)
if ($RollOut.Computers) { Set-TargetGroup $computers }
$groupSid = $null
if ($RollOut.Group) {
    $group = Get-TargetGroup
    if ($group) { $groupSid = $group.SID }
}
$domainComputers = New-Object System.Security.Principal.SecurityIdentifier "$($domain.DomainSID)-515"
Set-SharedFolder $(if ($RollOut.Group) { $groupSid } else { $domainComputers })
Copy-Packages
$policy = Set-Policy
if ($policy) {
    Set-Filter $policy $groupSid
    if (-not $Assigned) { Set-StartupScript $policy }
    # Last, so that nobody applies it half made.
    if (-not (Get-Link $policy) -and $PSCmdlet.ShouldProcess($linkTarget, $Text.CreateLink)) {
        New-GPLink -Guid $policy.Id -Target $linkTarget -LinkEnabled Yes -Domain $RollOut.Domain -Server $dc | Out-Null
    }
}
if ($WhatIfPreference) { Write-Host $Text.WhatIfDone } else { Write-Host $Text.AllDone }
