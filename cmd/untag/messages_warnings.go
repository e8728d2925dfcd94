package main

// aboutWarnings has what a plan warns of.
var aboutWarnings = map[string]string{
	"The key %s is on no resource that was found. Capitals and spaces count: look whether it is spelt as it is on the resources.":            "找到的资源上都没有标签键 %s。大小写和空格都算：请核对它与资源上的写法是否一致。",
	"The value that -tag names for the key %s is on no resource that was found, and other values of the key are. Capitals and spaces count.": "-tag 为标签键 %s 指定的值不在任何找到的资源上，而该键的其他值在。大小写和空格都算。",
	"The key %s %s. It is taken as it stands.":                               "标签键 %s %s。按原样处理。",
	"The value that -tag names for the key %s %s. It is taken as it stands.": "-tag 为标签键 %s 指定的值%s。按原样处理。",
	"The search did not come to its end, so resources may be missing here. Run untag find again; untag remove refuses until then, unless -incomplete is set.": "搜索没有到达终点，因此这里可能缺少资源。请再次运行 untag find；在此之前 untag remove 会拒绝，除非设置 -incomplete。",
	"Whether rules make resources in %s take over the tags of others is not known: %s":                                                                        "不知道 %s 中是否有规则使资源继承其他资源的标签：%s",
	"The rule %s in %s makes resources take over the key %s of others: removing it from an instance, say, removes it from its disks as well, and restoring overwrites values that differ there. Resources that carry the key were found by themselves and are saved; what a rule does in between is not.": "%[2]s 中的规则 %[1]s 使资源继承其他资源的标签键 %[3]s：例如从实例上移除它，也会从实例的磁盘上移除；恢复时会覆盖磁盘上不同的值。带有该键的资源已分别找到并保存；规则在此期间所做的更改没有保存。",
	"Whether Tag removes tags from all the types that were found is not known: %s":             "不知道标签服务能否从找到的所有类型上移除标签：%s",
	"%s is not among the types that Tag says it removes tags from, so the service may refuse.": "%s 不在标签服务声明可移除标签的类型之中，因此服务可能会拒绝。",
	"On %s resources the value of the key %s could not be restored: it %s.":                    "有 %s 个资源上标签键 %s 的值无法恢复：%s。",
	"Tag cannot be asked for empty values, so of resources other than those of ECS, VPC IPAM and Resource Sharing, tags with an empty value are found only beside another tag that was asked for, unless untag find has -by-type.":                                            "标签服务无法按空值查询，因此除 ECS、VPC IPAM 和资源共享的资源外，空值的标签只有在同时带有另一个所查标签时才能找到，除非 untag find 使用 -by-type。",
	"Resources of other accounts, of types that Tag does not list, and those that the credentials may not read are not found. A service may leave them out without saying so.":                                                                                                "其他账号的资源、标签服务不列出的类型的资源，以及凭证无权读取的资源都找不到。服务可能不作说明就略过它们。",
	"Regions that were not searched are not seen. Some central services list their resources in one region only. Regions searched: %s.":                                                                                                                                       "没有搜索的地域看不到。有些集中部署的服务只在一个地域列出资源。已搜索的地域数：%s。",
	"Not checked: RAM policies that allow by this tag may stop allowing, for the credentials in use, too, and then nothing can be restored; tag policies may put a tag back or refuse its value; bills are split by the tags of their time, which a restore does not repair.": "未检查：按此标签授权的 RAM 策略可能不再授权，对正在使用的凭证也一样，那样就无法恢复；标签策略可能重新加上标签或拒绝它的值；账单按当时的标签分摊，恢复也不会修正。",
	"begins or ends with a space":                         "以空格开头或结尾",
	"holds a comma or a semicolon, as if it were several": "含有逗号或分号，像是好几个",
	"holds full-width characters, which look like others": "含有全角字符，看起来与其他字符相像",
	"holds characters that do not show":                   "含有不显示的字符",
	"%s, and %s":                                          "%s，并且%s",
}
