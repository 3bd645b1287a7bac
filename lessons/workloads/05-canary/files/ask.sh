# Asks the Service 20 times, and counts the answers.
kubectl exec client -- sh -c 'for i in $(seq 20); do wget -qO- web; echo; done' | grep -o 'Welcome to nginx!</h1>\|It works!' | sort | uniq -c
