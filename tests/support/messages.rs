//! Messages that users paste: from public reports, with made-up names.

/// A message, and every error in it, the innermost first and wrappers last, by name.
pub(crate) const MESSAGES: [(&str, &[&str]); 117] = [
    // Turning flows on.
    (
        r#"Turn on failed. Flow client error returned with status code "BadRequest" and details "{"error":{"code":"ChildFlowNeverPublished","message":"The workflow with id '5a1e0000-0000-4000-8000-000000000001' cannot be used as a child workflow because it has never been published. Child workflows need to be published at least once before they can be included in a published parent workflow."}}"."#,
        &["ChildFlowNeverPublished", "flow-client-error"],
    ),
    (
        r#"Request to XRM API failed with error: 'Message: Flow client error returned with status code "BadRequest" and details "{"error":{"code":"MultipleErrorsOccurred","message":"Multiple errors occurred: 'BadRequest,BadRequest'. Please see details.","details":[{"code":"ChildFlowNeverPublished","message":"The workflow with id '1' cannot be used as a child workflow because it has never been published."},{"code":"ChildFlowUnsupportedForInvokerConnections","message":"The workflow with id '2', name X cannot be used as a child workflow because child workflows only support embedded connections."}]}}". Code: 0x80060467 InnerError: '."#,
        &[
            "ChildFlowNeverPublished",
            "ChildFlowUnsupportedForInvokerConnections",
            "0x80060467",
            "MultipleErrorsOccurred",
            "XrmApiRequestFailed",
            "flow-client-error",
        ],
    ),
    // A log of the ALM Accelerator, wrapped within words.
    (
        "> Flow client error returned with status code \"BadRequest\" and details \"{\"error\":{\"code\":\"ChildFlowNeverPub\n> lished\",\" \n> message\":\"The workflow with id '29' cannot be used as a child workflow because i  \n>   t has never been published. Child workflows need to be published at least once before they can be included in a pu   \n>  blished parent workflow.\"}}\". => [TerminalFailure] Failed to Execute Command - SetState",
        &["ChildFlowNeverPublished", "flow-client-error"],
    ),
    ("cannot be used as a child workflow because it has never been published", &["ChildFlowNeverPublished"]),
    // A message in another language has its code.
    (
        r#"Echec de l'activation. {"error":{"code":"ChildFlowNeverPublished","message":"Le workflow avec l'ID « 5a » ne peut pas être utilisé"}}"#,
        &["ChildFlowNeverPublished"],
    ),
    (
        "The workflow with id '5a', name Notify cannot be used as a child workflow. Child workflows only support manual, powerapp and http request triggers.",
        &["ChildFlowUnsupportedTriggerType"],
    ),
    (
        "The workflow with id '5a', name Notify cannot be used as a child workflow because it is on an old version of Flow. Please re-create it inside a solution.",
        &["ChildFlowsUnsupportedForNonOpenApiConnections"],
    ),
    (
        "Connection Id missing for connection reference logical name 'hlb_sharedteams_54267'.",
        &["XrmConnectionReferenceMissingConnection"],
    ),
    (
        "2022-08-27T21:48:19.0970465Z Flow client error returned with status code \"BadRequest\" and details \"{\"error\":{\"code\":\"XrmConnectionReferenceMissingConnection\",\"message\":\"Connection Id missing for connection reference logical name 'hlb_teams'.\"}}\".[TerminalFailure] Failed to Execute Command - SetState : RequestID=72073ab2-6b87-4622-b195-d434e09b38f2",
        &["XrmConnectionReferenceMissingConnection", "flow-client-error"],
    ),
    (
        r#"{"error":{"code":"XrmEnvironmentVariableAttributeNotFound","message":"Attribute ----scrubbed---- was not found for environment variable ----scrubbed----."}}"#,
        &["XrmEnvironmentVariableAttributeNotFound"],
    ),
    (
        "Attribute 'value' was not found for environment variable 'hlb_SiteUrl'",
        &["XrmEnvironmentVariableAttributeNotFound"],
    ),
    (
        r#"##[warning]Flow could not be activated. Continuing with flow activation until no more flows can be activated. If this is a result of a child flow not being activated before it's parent consider ordering your flows to avoid this message.
************ FaultException`1 - SetState : Setting Activity State in CRM... workflow |=> Flow client error returned with status code "Forbidden" and details "{"error":{"code":"ConnectionAuthorizationFailed","message":"The caller object id is '7e'. Connection '/providers/Microsoft.PowerApps/apis/shared_hlb-5fx/connections/4a7deaf45e014a1897b64447a5bd1785' to 'shared_hlb-5fx' cannot be used to activate this flow, either because this is not a valid connection or because it is not a connection you have access permission for."}}"."#,
        &["ConnectionAuthorizationFailed", "flow-client-error", "flow-not-activated-by-pipeline"],
    ),
    (
        "The caller with \nobject id '95' does not have permission for connection '/providers/Microsoft.PowerApp\ns/apis/shared_x/connections/00f3' under Api 'shared_x'.",
        &["ConnectionAuthorizationFailed"],
    ),
    (
        r#"Flow client error returned with status code "BadRequest" and details "{"error":{"code":"FlowMissingConnection","message":"The flow is missing a connection for api 'shared_commondataservice'. Reauthenticate the connection or remove from the flow and re-save."}"#,
        &["FlowMissingConnection", "flow-client-error"],
    ),
    (
        r#"Error: Flow client error returned with status code "Forbidden" and details "{"error":{"code":"MissingAdequateQuotaPolicy","message":"The user '5a' does not have a service plan adequate for the non-Standard connection. https://go.microsoft.com/fwlink/?linkid=2123710"}}"."#,
        &["MissingAdequateQuotaPolicy", "flow-client-error"],
    ),
    (
        "The user '5a' does not have a service plan adequate for the non-Standard connection",
        &["MissingAdequateQuotaPolicy"],
    ),
    (
        r#"Your flow could not turn on: Sync. Error: Flow client error returned with status code "Forbidden" and details "{"error":{"code":"DlpViolation","message":"Flow '' cannot be activated due to admin API policies."}}"."#,
        &["DlpViolation", "flow-client-error"],
    ),
    (
        r#"{"error":{"code":"ApiPolicyDataFlowViolation","message":"Admin data policy 'Upgrade' restricts the use of /providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps with Http.","extendedData":{"violation":{"type":"BusinessAndNonBusinessConnector","parameters":["Http"]}}}}"#,
        &["ApiPolicyDataFlowViolation"],
    ),
    (
        r#"{"code":"DlpViolation","message":"Admin data policy 'One' restricts the use of shared_commondataserviceforapps with shared_hlb-5fx."}"#,
        &["ApiPolicyDataFlowViolation"],
    ),
    ("Admin data policy 'Productivity' restricts use of these apis: Http", &["ApiPolicyApiGroupViolation"]),
    (
        "This flow is suspended due to data loss prevention policies applied to this flow and its child flow: 'Maker Check'. Admin data policy 'P' restricts use of these apis: shared_webcontents.",
        &["ApiPolicyApiGroupViolation"],
    ),
    (
        r#"Failed to activate component(s). Flow client error returned with status code "BadRequest" and details "{"error":{"code":"InvalidOpenApiFlow","message":"Flow save failed with code 'InvalidPaginationPolicy' and message 'The pagination policy of workflow run action 'Get_rows' of type 'OpenApiConnection' at line '1' and column '7933' is not valid. The value specified for property 'minimumItemsCount' exceeds the maximum allowed. Actual: '100000'. Maximum: '5000'.'."}}"."#,
        &["InvalidPaginationPolicy", "InvalidOpenApiFlow", "flow-client-error"],
    ),
    ("Invalid Pagination Policy", &["InvalidPaginationPolicy"]),
    (
        r#"Flow save failed with code 'DynamicOperationRequestClientFailure' and message 'The dynamic operation request to API 'sharepointonline' operation 'GetTable' failed with status code 'NotFound'. This may indicate invalid input parameters. Error response: {\r\n \"status\": 404,\r\n \"message\": \"List not found\\r\\nclientRequestId:\"\r\n}'."#,
        &["DynamicOperationRequestClientFailure", "InvalidOpenApiFlow"],
    ),
    (
        r#"{"error":{"code":"InvalidOpenApiFlow","message":"Flow save failed with code 'MultipleErrorsOccurred' and message 'The dynamic operation request to API 'commondataserviceforapps' operation 'GetMetadataForUnboundActionInput' failed with status code 'NotFound'. This may indicate invalid input parameters. Error response: {\"error\":{\"code\":\"XrmApiRequestFailed\",\"message\":\"Request to XRM API failed with error: 'Message: \\nCode: \\nInnerError: '.\"}}'"}}"#,
        &[
            "DynamicOperationRequestClientFailure",
            "InvalidOpenApiFlow",
            "MultipleErrorsOccurred",
            "XrmApiRequestFailed",
        ],
    ),
    (
        "operation 'GetMetadata' failed with status code 'BadRequest'. The remote name could not be resolved: 'yourorg.crm.dynamics.com'",
        &["host-name-unresolved"],
    ),
    (
        "Flow save failed with code 'WorkflowOperationParametersExtraParameter' and message 'The API operation does not contain a definition for parameter 'item/hlb_name'.'",
        &["WorkflowOperationParametersExtraParameter", "InvalidOpenApiFlow"],
    ),
    (
        "Flow save failed with code 'OpenApiOperationParameterValidationFailed' and message 'Input parameter 'item' validation failed in workflow operation 'Insert_row': The API operation 'CreateRecord' is missing required property 'item/hlb_name'.'.",
        &["OpenApiOperationParameterValidationFailed", "InvalidOpenApiFlow"],
    ),
    (
        r#"Flow API 400 Bad Request: {"error":{"code":"XrmApiRequestFailed","message":"Request to XRM API failed with error: 'Message: Flow client error returned with status code \"BadRequest\" and details \"{\"error\":{\"code\":\"InvalidOpenApiFlow\",\"message\":\"Fehler beim Speichern des Flows. Code: WorkflowRunActionInputsMissingProperty, Meldung: \\\"The 'inputs' of workflow run action 'Read_Title' of type 'OpenApiConnection' is not valid. Property 'host.connectionReferenceName' is missing.\\\".\"}}\". Code: 0x80060467"#,
        &[
            "WorkflowRunActionInputsMissingProperty",
            "0x80060467",
            "InvalidOpenApiFlow",
            "XrmApiRequestFailed",
            "flow-client-error",
        ],
    ),
    (
        "Error during saving the flow definition: Flow save failed with code 'WorkflowRunActionInputsInvalidProperty' and message 'The 'inputs' of workflow run action 'List_rows' of type 'OpenApiConnection' should not have the property 'authentication'.'.",
        &["WorkflowRunActionInputsInvalidProperty", "InvalidOpenApiFlow"],
    ),
    (
        "The 'inputs' of workflow operation 'List_content' of type 'OpenApiConnection' are not valid. The API operation 'ListContent' could not be found in API 'hlb-5fx-5f55ff5bc0051fd172'.",
        &["WorkflowOperationInputsApiOperationNotFound"],
    ),
    (
        "Flow save failed with code 'InvalidVariableOperation' and message 'The inputs of workflow run action 'Create_file' of type 'OpenApiConnection' are not valid. The variable 'varNumber' must be initialized before it can be used inside action 'Create_file'.'.",
        &["InvalidVariableOperation", "InvalidOpenApiFlow"],
    ),
    (
        "The template validation failed: 'The template action 'HTTP' at line '1' and column '1672' is not valid: \"Unable to parse template language expression 'type': expected token 'LeftParenthesis' and actual 'EndOfData'.\".'.",
        &["InvalidTemplate"],
    ),
    (
        "concurrency control is not supported when the workflow contains actions of type 'response' without the operationOptions flag set to 'asynchronous'",
        &["InvalidConcurrencyConfiguration"],
    ),
    (
        "The description for action 'X' exceeded the length limit: maximum '256' and actual '301'.",
        &["ActionDescriptionTooLong"],
    ),
    (
        "Type '100000005' is not recognized for environment variable 'hlb_Secret'.",
        &["environment-variable-secret-type"],
    ),
    (
        "The 'runtimeConfiguration.concurrency' property cannot be removed once specified.",
        &["CannotDisableTriggerConcurrency"],
    ),
    (
        r#"Request to XRM API failed with error: 'Message: Flow client error returned with status code "NotFound" and details "{"error":{"code":"AzureResourceManagerRequestFailed","message":"Request to Azure Resource Manager failed with error: '{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"The Resource 'Microsoft.Logic/workflows/6bc8' under resource group 'b18d' was not found.\"}}'."}}". Code: 0x80060467 InnerError: '."#,
        &[
            "ResourceNotFound",
            "0x80060467",
            "AzureResourceManagerRequestFailed",
            "XrmApiRequestFailed",
            "flow-client-error",
        ],
    ),
    (
        r#"Request to Azure Resource Manager failed with error: '{"error":{"code":"WorkflowTriggerNotFound","message":"The workflow '6bc8' trigger 'manual' could not be found."}}'."#,
        &["WorkflowTriggerNotFound", "AzureResourceManagerRequestFailed"],
    ),
    (
        "A connector was imported, however the related connection references need connections created and then any dependent flows can be started. Code: 0x80060467",
        &["connector-imported-without-connections", "0x80060467"],
    ),
    // Importing.
    (
        "The solution file is invalid. The compressed file must contain the following files at its root: solution.xml, customizations.xml, and [Content_Types].xml. Customization files exported from previous versions of Microsoft Dynamics 365 are not supported.",
        &["0x80048060"],
    ),
    ("-2147188640", &["0x80048060"]),
    ("- Error -2147188640 at import", &["0x80048060"]),
    ("Error code 80048060", &["0x80048060"]),
    (
        "Message: Solution manifest import: FAILURE: The following solution cannot be imported: Sample. Some dependencies are missing. The missing dependencies are : <MissingDependencies><MissingDependency><Required type=\"connectionreference\" displayName=\"hlb_office\" solution=\"Active\" id.connectionreferencelogicalname=\"hlb_office\" /><Dependent type=\"29\" displayName=\"Flow\" id=\"{71}\" /></MissingDependency></MissingDependencies> , ProductUpdatesOnly : FalseDetail:",
        &["missing-dependencies"],
    ),
    (
        "<Data ss:Type=\"String\">0x8004F036</Data><Data ss:Type=\"String\">The dependent component Workflow (Id=6f) does not exist.  Failure trying to associate it with CanvasApp (Id=bf) as a dependency. Missing dependency lookup type = PrimaryKeyLookup.</Data>",
        &["0x8004F036"],
    ),
    (
        "Solution \"Core\" failed to import: ImportAsHolding failed with exception :User is not authorized to read secrets from '/subscriptions/3x/resourceGroups/RG/providers/Microsoft.KeyVault/vaults/V/secrets/S' resource.",
        &["key-vault-access", "import-as-holding-failed"],
    ),
    (
        "Solution Upgrade action failed after import as holding. InnerException is: Solution dependencies exist, cannot uninstall. DependencyCount : 2 RequiredComponentObject details: Type: connectionreference, ObjectName: hlb_office, Id: e6",
        &["solution-dependencies-exist", "import-as-holding-failed"],
    ),
    (
        "ImportAsHolding failed with exception :The connectionreference(58) component cannot be deleted because it is referenced by 16 other components. For a list of referenced components, use the RetrieveDependenciesForDeleteRequest.",
        &["component-referenced", "import-as-holding-failed"],
    ),
    (
        "Violation of UNIQUE KEY constraint &#39;ndx_envvarval_schemaname&#39;. Cannot insert duplicate key in object &#39;dbo.EnvironmentVariableValueBase&#39;. The duplicate key value is (hlb_App, 0, Jan  1 1900 12:00AM).",
        &["environment-variable-value-exists"],
    ),
    (
        r#"Request failed with: NotFound and error: {"error":{"code":"ConnectionNotFound","message":"Could not find connection '8718' for API 'shared_office365'."}} and request url https://api.powerapps.com/providers/Microsoft.PowerApps/scopes/service/apis/shared_office365/connections/8718?api-version=2018-10-01&amp;%24expand=permissions"#,
        &["ConnectionNotFound"],
    ),
    (
        "Solution \"X\" failed to import: SecLib::CheckPrivilege failed. User: 08, PrivilegeName: prvCreateEntity, PrivilegeId: 34, Required Depth: Basic",
        &["missing-privilege"],
    ),
    (
        "The imported solution and the existing solution must both be managed for upgrade.",
        &["upgrade-of-unmanaged"],
    ),
    (
        "Error code 80097376 Error while importing workflow {4126-\n4dea} type\nModernFlow name HELPER: Flow server error\nreturned with status code \"BadGateway\"",
        &["flow-server-error", "import-of-flow-failed"],
    ),
    (
        "failure with code [80040216]. Error while importing workflow {478a} type ModernFlow name Add-Ons: One or more errors occurred.",
        &["0x80040216", "import-of-flow-failed"],
    ),
    ("##[error]Error: The given key was not present in the dictionary.", &["settings-entry-missing"]),
    (
        "Asynchronous operation ff43aa63 failed within 00:00:32.\nThe reason given was: An unexpected error occurred.\nError: The async operation completed with a statuscode of Failed.",
        &["import-failed-without-reason"],
    ),
    // Running.
    (
        r#"{ "error": { "code": "WorkflowTriggerIsNotEnabled", "message": "Could not execute workflow 'd55b' trigger 'manual' with state 'Disabled': trigger is not enabled." } }"#,
        &["WorkflowTriggerIsNotEnabled"],
    ),
    (
        "Could not execute workflow '9e3b' trigger 'manual' with state 'Suspended': trigger is not enabled.",
        &["child-flow-suspended"],
    ),
    (
        "The OAuth authorization scheme is required. Please add authentication scheme and try again.",
        &["oauth-required"],
    ),
    (
        "One or more claims either missing or does not match with the open authentication access control policy.",
        &["oauth-claims-mismatch"],
    ),
    // Incomplete messages, and parts that were typed.
    ("state 'Suspended'", &["child-flow-suspended"]),
    ("... has never been published", &["ChildFlowNeverPublished"]),
    ("Connection Id missing ...", &["XrmConnectionReferenceMissingConnection"]),
    ("The compressed file must contain ... solution.xml", &["0x80048060"]),
    ("Cannot insert duplicate key ... ndx_envvarval_schemaname", &["environment-variable-value-exists"]),
    ("Could not find member … FlowTemplateAction", &["unknown-member-of-action"]),
    (
        "Error: The dependent component Workflow (Id=f8457) does not exist. Failure trying to ass...",
        &["0x8004F036"],
    ),
    // Over what is installed.
    (
        "Failure | 0x80048539 | Solution manifest   import: FAILURE: Holding solution HlbCore_Upgrade   already exists.",
        &["0x80048539"],
    ),
    (
        "Solution manifest import: FAILURE: Holding solution HlbCore_Upgrade exists. Cannot update solution.",
        &["0x80048539"],
    ),
    (
        "Solution \"Hlb Core\" failed to import: ImportAsHolding Exception during StageAndUpgrade",
        &["import-as-holding-failed"],
    ),
    (
        "_The import solution must have a higher version than the existing solution it is upgrading._",
        &["version-not-higher"],
    ),
    (
        "You can only import solutions with a package version of 9.1 or earlier into this organization. Also, you can't import any solutions into this organization that were exported from Microsoft Dynamics 365 2011 or earlier.",
        &["0x80048068"],
    ),
    (
        "The solution is already installed on this system as an unmanaged solution and the package supplied is attempting to install it in managed mode. Import can only update solutions when the modes match.",
        &["managed-mismatch"],
    ),
    (
        "The following managed solution cannot be imported: HlbCore. The publisher name cannot be changed from Hlb to Other.",
        &["0x8004801C"],
    ),
    (
        "The import file is invalid. XSD validation failed with the following error: 'The element 'Workflow' has invalid child element 'JsonFile'.'. The validation failed at: '...<Workflow> <<<<<ERROR LOCATION>>>>> <JsonFile>...'.",
        &["0x8004801A"],
    ),
    (
        "Workflow Notify cannot be imported because a workflow with same name and different unique identifier exists in the target system.",
        &["0x80048027"],
    ),
    (
        "Error: CanvasApp import: FAILURE: A managed solution cannot overwrite the CanvasApp component 'hlb_app_59c95' with Id=5ccf which has an unmanaged base instance.  The most likely scenario for this error is that an unmanaged solution has installed a new unmanaged CanvasApp component.",
        &["managed-over-unmanaged", "component-import-failed"],
    ),
    (
        "ImportAsHolding failed with exception :The uninstall operation will delete the base layer for the component 'AppModuleRoles' with id 'e50f'. The operation cannot continue because there are other managed layers over the base layer.",
        &["base-layer-in-use", "import-as-holding-failed"],
    ),
    (
        "ImportAsHolding failed with exception :The database operation timed out due to blocking induced by an internal server error. Please retry the operation.",
        &["database-timeout", "import-as-holding-failed"],
    ),
    (
        "ImportAsHolding failed with exception :Import Solution Failed: CustomControl with name Hlb.Grid failed to import with error: Webresource content size is too big.",
        &["web-resource-too-large", "import-as-holding-failed"],
    ),
    (
        "The reason given was: CanvasApp import: FAILURE: No file with that name found ---&gt; Microsoft.Crm.CrmArgumentException: No file with that name found",
        &["file-of-component-missing", "component-import-failed"],
    ),
    (
        "CanvasApp import: FAILURE: One or more errors occurred.\nErrorCode: -2147188704\n ---> Microsoft.Crm.CrmException: Code: GraphUserDetailNotFound Message: The user '385b' was not found in Graph.",
        &["GraphUserDetailNotFound", "component-import-failed"],
    ),
    (
        "The reason given was: Connector import: FAILURE: Error occured while reading secret: Invalid format of KeyVault secret reference found \\'HlbSecret\\'.",
        &["key-vault-reference-format"],
    ),
    (
        r#"Connector import: FAILURE: {"error":{"code":"CustomScriptProvisioningFailed","message":"Failed to provision compute for custom code. Request failed with error 'Code: BadRequest. Message: [FindAndAssignFunctionApp] Unable to find an unassigned function app in 'East US'.'."}}"#,
        &["CustomScriptProvisioningFailed"],
    ),
    (
        "Following root components are not defined in customizations:\n  Type='PluginAssembly', Id (or schema name)='{0201}'.\nError occurred during execution of plugin 'RootComponentValidation': RootComponent validation failed.",
        &["root-component-not-defined"],
    ),
    (
        "Error code: 80040217 \nException message: \"Entity 'solution' With Id = fdc8 Does Not Exist\"",
        &["0x80040217"],
    ),
    (
        "Error code\n[8004F01F](http://go.microsoft.com/fwlink/?LinkID=398563&client=Solutions&Error=8004F01F&de=online)",
        &["component-referenced"],
    ),
    ("Error code\n8004F01D\nException message", &["solution-dependencies-exist"]),
    ("Error code 8004F00E", &["invalid-component-state"]),
    (
        "&lt;HelpLink&gt;http://go.microsoft.com/fwlink/?LinkID=398563&amp;error=Microsoft.Crm.CrmException%3a80048020&amp;client=platform&lt;/HelpLink&gt;",
        &["component-import-failed"],
    ),
    (
        "error \"8004801E\" Import failed: The DELETE statement conflicted with the REFERENCE constraint \"connector_connectionreference\". The conflict occurred in table \"dbo.connectionreferenceBase\", column 'CustomConnectorId'.",
        &["CannotDeleteApiDueToExistingConnections", "0x8004801E"],
    ),
    (
        "Cannot start the requested operation [PublishAll] because there is another [EntityCustomization] running at this moment. Use Solution History for more details.",
        &["another-import-running"],
    ),
    (
        "Solution \"Hlb Core\" failed to import: Import failed: An item with the same key has already been added.",
        &["environment-variable-given-twice"],
    ),
    (
        "Solution Importing...\nMicrosoft PowerPlatform CLI\nVersion: 1.27.6+g9f62afb\n\nError: An unexpected error occurred.\n    An unexpected error occurred.",
        &["import-failed-without-reason"],
    ),
    // Accounts.
    ("[ 'ErrorCode: -2147220960' ]", &["missing-privilege"]),
    (
        "RetrievePrivilegeForUser: The user with id 254b has not been assigned any roles. They need a role with the prvReadUser privilege.",
        &["missing-privilege"],
    ),
    (
        "Principal user (Id=334c, type=8, roleCount=4), is missing prvCreatehlb_Order privilege (Id=1b88) on OTC=10188 for entity 'hlb_order'.",
        &["missing-privilege"],
    ),
    (
        "The user is not a member of the organization.\n    Operation returned an invalid status code 'Forbidden'",
        &["user-not-in-environment"],
    ),
    ("After declaring my Service Principal I get error code: 0x80072560", &["user-not-in-environment"]),
    (
        "You are not permitted to make flows in this 'env'. Please switch to the default environment, or to one of your own environment(s), where you have maker permissions.",
        &["not-a-maker"],
    ),
    (
        "The user with object id 'd5a3' in tenant 't' does not have access to permission 'ManageAnyCustomApi' in environment 'e'. Error Code: '<null>'",
        &["environment-permission-missing"],
    ),
    (
        "Error from token exchange: Permission denied due to missing connection ACL: Connection https://europe-002.azure-apim.net/@europe-002/logicflows/b778 version 1",
        &["connection-permission-missing-at-run"],
    ),
    // Starting and running.
    (
        "Unable to start flow due to connection references missing connections. Set the connections on the connection references before starting.",
        &["XrmConnectionReferenceMissingConnection"],
    ),
    (
        "Cannot start unpublished flow. Authenticate the flow connections and resave the flow to activate.",
        &["unpublished-flow"],
    ),
    (
        "Configured data policies prevent activation of flows which use the 'shared_commondataservice' and 'shared_hlb-5fx' connectors.",
        &["DlpViolation"],
    ),
    (
        r#"Flow client error returned with status code "Forbidden" and details "{"error":{"code":"ApiPolicyOrThrottlingViolation","message":"Flow '' cannot be activated due to either admin API policies or billing throttling. "}}"."#,
        &["DlpViolation", "flow-client-error"],
    ),
    (
        "WorkflowOperationParametersRuntimeMissingValue. The 'inputs.parameters' of workflow operation 'Update' of type 'OpenApiConnection' is not valid. Error details: The resolved string values for the following parameters are invalid, they may not be null or empty: 'recordId'",
        &["WorkflowOperationParametersRuntimeMissingValue"],
    ),
    (
        "Flow save failed with code 'WorkflowRunActionInputsInvalidProperty' and message 'The API connection reference 'hlb_excel' could not be found for the operation 'Get_rows'.'",
        &["api-connection-reference-not-found", "InvalidOpenApiFlow"],
    ),
    (
        "The execution of template action 'Each_condition' failed: The evaluation of 'query' action 'where' expression '{ \"x\": \"@item()['hlb_value']\" }' failed: 'The template language expression 'item()['hlb_value']' cannot be evaluated because property 'hlb_value' doesn't exist, available properties are '@odata.type'.",
        &["InvalidTemplate"],
    ),
    (
        "Het opslaan van de stroom is mislukt met de code MultipleErrorsOccurred en het bericht De dynamische bewerkingsaanvraag naar de API excelonlinebusiness voor de bewerking GetTable is mislukt met de statuscode NotFound.",
        &["DynamicOperationRequestClientFailure", "MultipleErrorsOccurred"],
    ),
    (
        "The API operation 'Batch' requires the property 'body' to be of type 'String' but is of type 'Object'.'",
        &["invalid-connector-response"],
    ),
    (
        "The request has SAS authentication scheme, 'HMAC' authorization scheme or internal token scheme. Only one scheme should be used.",
        &["DirectApiRequestHasMoreThanOneAuthorization"],
    ),
    (
        "Could not find any valid connection for connection reference name 'shared_teams' in APIM tokens header.",
        &["InvokerConnectionOverrideFailed"],
    ),
    (
        "The request failed with error: '{\"error\":{\"code\":\"MalformedFlowAssetFlowDefinition\",\"message\":\"The flow definition for asset 'c183' could not be deserialized.\"}}'.",
        &["MalformedFlowAssetFlowDefinition"],
    ),
    (
        "##[warning]Errors occurred while activating flows. Please review the log for specific errors and verify your deployment configuration settings.\nScriptHalted",
        &["flow-not-activated-by-pipeline"],
    ),
    // A page of `gh run view --log`, with the sentence on two lines.
    (
        "import\tRun pac\t2024-02-14T05:45:01.4655291Z The workflow with id '5a' cannot be used as a child\nimport\tRun pac\t2024-02-14T05:45:01.4655292Z workflow because it has never been published.",
        &["ChildFlowNeverPublished"],
    ),
];
